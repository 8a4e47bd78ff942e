// Events about a VariantAutoscaling as `kubectl describe va` shows them.
#include "adapter/feedback/variant_event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "adapter/feedback/configuration_faults.hpp"

namespace inferno::feedback {
namespace {

using nlohmann::json;

Variant llama() {
  Variant variant;
  variant.namespace_name = "llm";
  variant.name = "llama";
  variant.uid = "1-2-3";
  variant.model_id = "meta/llama";
  return variant;
}

VariantAnswer answer(std::int32_t desired, Reason reason) {
  VariantAnswer answer;
  answer.desired = desired;
  answer.reason = reason;
  answer.decided = true;
  return answer;
}

TEST(VariantEvent, ToZeroTellsRetentionAndRequests) {
  ScaleToZeroPolicy policy;
  policy.retention_period.value = std::chrono::minutes{10};
  const VariantEvent event = scaled_to_zero(llama(), answer(0, Reason::idle), 2, policy);
  EXPECT_EQ(event.reason, "ScaledToZero");
  EXPECT_FALSE(event.is_warning);
  EXPECT_EQ(event.note,
            "desired replicas of model \"meta/llama\" went from 2 to 0: nobody has used it for the retention period of "
            "10m0s (0 requests within it)");
}

TEST(VariantEvent, AVariantThatOthersReplaceIsNotIdle) {
  EXPECT_EQ(scaled_to_zero(llama(), answer(0, Reason::saturation), 1, {}).note,
            "desired replicas of model \"meta/llama\" went from 1 to 0: its load fits the other variants");
}

TEST(VariantEvent, WakingTellsWhy) {
  EXPECT_EQ(woken_up(llama(), answer(1, Reason::wake_up)).note,
            "desired replicas of model \"meta/llama\" went from 0 to 1: requests wait for it");
  EXPECT_EQ(woken_up(llama(), answer(1, Reason::minimum_replicas)).note,
            "desired replicas of model \"meta/llama\" went from 0 to 1: its policy keeps a replica");
}

TEST(EventDocument, IsAnEventOfTheEventsGroup) {
  const VariantEvent event = invalid_configuration(llama(), "spec.modelID: is empty");
  const TimePoint time{std::chrono::milliseconds{1'700'000'000'250}};
  EXPECT_EQ(json::parse(event_document(event, "abc0001", "inferno-adapter-7d-x", time)), json::parse(R"({
    "apiVersion": "events.k8s.io/v1", "kind": "Event",
    "metadata": {"namespace": "llm", "name": "llama.abc0001"},
    "eventTime": "2023-11-14T22:13:20.250000Z",
    "reportingController": "inferno-adapter", "reportingInstance": "inferno-adapter-7d-x",
    "type": "Warning", "reason": "InvalidConfiguration", "action": "Configure",
    "note": "spec.modelID: is empty",
    "regarding": {"apiVersion": "llmd.ai/v1alpha1", "kind": "VariantAutoscaling", "namespace": "llm", "name": "llama",
                  "uid": "1-2-3"}})"));
}

TEST(EventDocument, KeepsTheLimitsOfTheApi) {
  Variant variant = llama();
  variant.name = std::string(252, 'a');
  std::string note(1023, 'x');
  note += "\xC3\xA9";  // the limit lies within this character
  const json document =
      json::parse(event_document(invalid_configuration(variant, note), "abc0001", std::string(300, 'i'), TimePoint{}));
  EXPECT_EQ(document["note"], std::string(1023, 'x'));
  EXPECT_EQ(document["metadata"]["name"], std::string(245, 'a') + ".abc0001");
  EXPECT_EQ(document["reportingInstance"], std::string(128, 'i'));
}

// Faults of the configuration that `variant` depends on, with one ConfigMap.
std::vector<std::string> faults(const Variant& variant, const std::map<std::string, std::string>& config_map) {
  PolicySources sources;
  sources.scale_to_zero = config_map;
  return configuration_faults(variant, PolicyBook::parse(sources));
}

TEST(ConfigurationFaults, AreThoseOfKeysThatNameTheModel) {
  EXPECT_THAT(faults(llama(), {{"a", "model_id: meta/llama\nretention_period: soon\n"},
                               {"b", "model_id: meta/other\nretention_period: soon\n"},
                               {"c", "model_id: meta/llama\nnamespace: other\nretention_period: soon\n"},
                               {"d", "model_id: meta/llama\nnamespace: llm\nretention: 5m\n"},
                               {"default", "retention_period: soon\n"},
                               {"e", "model_id: [\n"}}),
              ::testing::ElementsAre(::testing::StartsWith("ConfigMap model-scale-to-zero-config, key a: "
                                                           "retention_period \"soon\" is not usable"),
                                     ::testing::StartsWith("ConfigMap model-scale-to-zero-config, key d: unknown field "
                                                           "\"retention\" is ignored")));
}

TEST(ConfigurationFaults, AnInvalidFieldIsOneAndSoIsAnIgnoredOne) {
  Variant variant = llama();
  variant.invalid = {.field = "spec.variantCost", .message = "is \"x\""};
  variant.ignored = {{.field = "spec.minReplicas", .message = "-1 is ignored"}};
  EXPECT_THAT(faults(variant, {}),
              ::testing::ElementsAre("spec.variantCost: is \"x\"", "spec.minReplicas: -1 is ignored"));
}

}  // namespace
}  // namespace inferno::feedback
