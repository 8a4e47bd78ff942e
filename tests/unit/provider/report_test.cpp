// What an operator reads at /debug/decisions/{namespace}/{name}.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "adapter/provider/decision_report.hpp"
#include "tests/unit/provider/world.hpp"

namespace inferno::testing {
namespace {

using nlohmann::json;

json report_of(World& world, std::string_view name) {
  const auto text = world.run(world.provider.report("llm", name));
  return text ? json::parse(*text) : json(text.error().message);
}

TEST(Report, SaysWhatWasDecidedAndWhy) {
  World world;
  world.publish({World::variant("llama", 2)});
  world.load("llama", {.kv = 2.0F, .running = 30, .waiting = 0, .replicas = 2, .finished_rise = 15});
  const json report = report_of(world, "llama");
  EXPECT_EQ(report["namespace"], "llm");
  EXPECT_EQ(report["name"], "llama");
  EXPECT_EQ(report["desired"], 3);
  EXPECT_EQ(report["current"], 2);
  EXPECT_EQ(report["role"], "decode");
  EXPECT_EQ(report["reason"], "Saturation");
  EXPECT_EQ(report["explanation"], "load needs 2.86 replicas, 2 are there");
  EXPECT_EQ(report["activity"]["modelRequestCount"], 7);
  EXPECT_EQ(report["activity"]["lastActivity"], "2023-11-14T21:53:30.000Z");
  EXPECT_EQ(report["activity"]["scrapeEvidenceUntil"], "2023-11-14T22:13:30.000Z");
  EXPECT_EQ(report["sizing"]["terms"][0]["term"], "kvUsage");
  EXPECT_EQ(report["sizing"]["terms"][0]["because"], "sum of KV usage 2.000 / target 0.70");
  EXPECT_EQ(report["signals"]["newestSample"], "2023-11-14T22:13:30.000Z");
  EXPECT_EQ(report["signals"]["newest"]["running"], 30);
  EXPECT_EQ(report["signals"]["newest"]["replicasReporting"], 2);
  EXPECT_EQ(report["signals"]["newest"]["gatewayQueue"], nullptr);
}

TEST(Report, OfOneRoleHasItsOwnReasonAndSizing) {
  World world;
  Variant prefill = World::variant("prefill", 0);
  prefill.model_id = "llama";
  prefill.target->role = "prefill";
  world.publish({World::variant("llama", 2), prefill});
  world.load("llama", {.kv = 2.0F, .running = 30, .waiting = 0, .replicas = 2, .finished_rise = 15});
  EXPECT_EQ(report_of(world, "llama")["reason"], "Saturation");
  const json report = report_of(world, "prefill");
  EXPECT_EQ(report["role"], "prefill");
  EXPECT_EQ(report["reason"], "WakeUp");
  EXPECT_EQ(report["variants"][0]["role"], "decode");
  EXPECT_EQ(report["variants"][1]["role"], "prefill");
  EXPECT_EQ(report["activity"]["modelRequestCount"], 7) << "of those that decode";
}

TEST(Report, NamesPodsOfOthers) {
  World world;
  world.publish({World::variant("llama", 1)});
  world.pods_of_others("llama", {"old-decode"});
  const json report = report_of(world, "llama");
  EXPECT_EQ(report["signals"]["podsOfOthers"], json::parse(R"(["old-decode"])"));
  EXPECT_EQ(report["advice"][0]["code"], "PodsOfOthers");
}

TEST(Report, NamesTheKeyThatSetEachPolicyField) {
  World world;
  world.scale_to_zero = {{"default", "enable_scale_to_zero: true\n"},
                         {"llama", "model_id: llama\nretention_period: 5m\n"}};
  world.publish({World::variant("llama", 1)});
  const json policy = report_of(world, "llama")["policy"]["scaleToZero"];
  EXPECT_EQ(policy["enable_scale_to_zero"]["value"], true);
  EXPECT_THAT(policy["enable_scale_to_zero"]["from"].get<std::string>(), ::testing::HasSubstr("key default"));
  EXPECT_EQ(policy["retention_period"]["value"], "300s");
  EXPECT_THAT(policy["retention_period"]["from"].get<std::string>(), ::testing::HasSubstr("key llama"));
}

TEST(Report, AnswersHoweverOldTheSignals) {
  World world;
  world.publish({World::variant("llama", 1)});
  world.clock.time = start + std::chrono::hours{1};
  world.signals.failure = "connection refused";
  const json report = report_of(world, "llama");
  EXPECT_EQ(report["reason"], "Stale");
  EXPECT_EQ(report["signals"]["failure"], "connection refused");
}

TEST(Report, SaysWhyPrometheusHasNotAnswered) {
  World world;
  world.signals.snapshot = nullptr;
  world.signals.failure = "connection refused";
  world.publish({World::variant("llama", 1)});
  EXPECT_EQ(report_of(world, "llama")["explanation"],
            "Prometheus has not answered yet: the present count is held (connection refused)");
}

TEST(Report, ListsConfigurationThatWasSkipped) {
  World world;
  world.scale_to_zero = {{"llama", "model_id: llama\nretention_period: soon\n"}};
  world.publish({World::variant("llama", 1)});
  EXPECT_EQ(report_of(world, "llama")["configWarnings"][0]["key"], "llama");
}

TEST(Report, AdvisesOnTheWiring) {
  World world;
  Variant twin = World::variant("twin", 1);
  twin.target_reference = World::variant("llama", 1).target_reference;
  world.publish({World::variant("llama", 1), twin, World::variant("other", 1)});
  EXPECT_EQ(
      report_of(world, "llama")["advice"],
      json::parse(R"([{"code": "TargetShared",
                             "message": "VariantAutoscalings llama, twin name the same scale target Deployment )"
                  R"(llm/llama-decode: keep one of them, since each is decided as if the replicas were its own"}])"));
  EXPECT_EQ(report_of(world, "other")["advice"], json::array());
}

TEST(Times, AreRfc3339WithMilliseconds) {
  EXPECT_EQ(format_time(start + std::chrono::milliseconds{7}), "2023-11-14T22:13:30.007Z");
}

}  // namespace
}  // namespace inferno::testing
