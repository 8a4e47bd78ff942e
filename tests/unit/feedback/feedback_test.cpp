// Rounds of the real thing over decisions of the real service, with the Kubernetes API, Prometheus and time by hand.
#include "adapter/feedback/feedback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "tests/support/kubernetes/fake_api_client.hpp"
#include "tests/unit/feedback/reported.hpp"
#include "tests/unit/provider/world.hpp"

namespace inferno::feedback {
namespace {

using namespace std::chrono_literals;
using inferno::testing::api_status;
using inferno::testing::api_unreachable;
using inferno::testing::FakeApiClient;
using inferno::testing::World;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Verb = FakeApiClient::Verb;

constexpr const char* events_path = "/apis/events.k8s.io/v1/namespaces/llm/events";
constexpr const char* zero_on = "enable_scale_to_zero: true\n";

std::string status_path(const std::string& name) {
  return "/apis/llmd.ai/v1alpha1/namespaces/llm/variantautoscalings/" + name +
         "/status?fieldManager=inferno-adapter&force=true";
}

class FeedbackTest : public ::testing::Test {
 protected:
  FeedbackTest() {
    api_.answer(Verb::patch, status_path("llama"), {});
    api_.answer(Verb::post, events_path, {});
  }

  // One round, a second after the one before.
  void round() {
    now_ += 1s;
    world_.run(feedback_.round());
  }
  // Another replica, which leads now.
  [[nodiscard]] std::unique_ptr<Feedback> successor() {
    return std::make_unique<Feedback>(api_, world_.decisions, FeedbackSettings{}, world_.clock, std::function<bool()>{},
                                      [this] { return now_; });
  }
  void publish(const Variant& variant) { world_.publish({variant}); }
  // The watch brings what was written last.
  void echo(std::int32_t replicas) { publish(reporting(replicas)); }
  [[nodiscard]] Variant reporting(std::int32_t replicas) const {
    Variant variant = World::variant("llama", replicas);
    variant.reported = inferno::testing::reported_from(json::parse(api_.asked(Verb::patch).back().body));
    return variant;
  }

  // The counts that were written, in order.
  [[nodiscard]] std::vector<int> counts() const {
    std::vector<int> counts;
    for (const auto& request : api_.asked(Verb::patch)) {
      counts.push_back(json::parse(request.body)["status"]["desiredOptimizedAlloc"]["numReplicas"].get<int>());
    }
    return counts;
  }
  [[nodiscard]] std::vector<std::string> event_reasons() const {
    std::vector<std::string> reasons;
    for (const auto& request : api_.asked(Verb::post)) reasons.push_back(json::parse(request.body)["reason"]);
    return reasons;
  }

  World world_;
  FakeApiClient api_;
  MonotonicTime now_{1h};
  bool leads_ = true;
  Feedback feedback_{api_,         world_.decisions,          FeedbackSettings{},
                     world_.clock, [this] { return leads_; }, [this] { return now_; }};
};

TEST_F(FeedbackTest, WritesAStatusByServerSideApply) {
  publish(World::variant("llama", 1));
  round();
  ASSERT_EQ(api_.requests.size(), 1U);
  const kubernetes::ApiRequest& request = api_.requests.front();
  EXPECT_EQ(request.method, Verb::patch);
  EXPECT_EQ(request.target, status_path("llama"));
  EXPECT_EQ(request.content_type, "application/apply-patch+yaml");
  EXPECT_EQ(json::parse(request.body)["status"]["conditions"].size(), 4U);
}

TEST_F(FeedbackTest, WritesOnceWhetherOrNotTheWatchShowsIt) {
  publish(World::variant("llama", 1));
  round();
  for (int i = 0; i < 20; ++i) round();
  EXPECT_THAT(counts(), ElementsAre(1)) << "the watch is silent";
  echo(1);
  for (int i = 0; i < 20; ++i) round();
  EXPECT_THAT(counts(), ElementsAre(1));
}

TEST_F(FeedbackTest, LeavesAloneWhatTheClusterSaysAlready) {
  publish(World::variant("llama", 1));
  round();
  const auto other = successor();
  echo(1);
  world_.run(other->round());
  EXPECT_THAT(counts(), ElementsAre(1)) << "a second replica has nothing to add";
}

TEST_F(FeedbackTest, WritesOneObjectAtMostEveryFewSeconds) {
  publish(World::variant("llama", 1));
  round();
  publish(reporting(2));
  for (int i = 0; i < 4; ++i) round();
  EXPECT_THAT(counts(), ElementsAre(1));
  round();
  EXPECT_THAT(counts(), ElementsAre(1, 1)) << "the count is the same, but not applied now";
  EXPECT_EQ(json::parse(api_.requests.back().body)["status"]["actuation"]["applied"], false);
}

TEST_F(FeedbackTest, AStartWithManyVariantsKeepsTheRate) {
  std::vector<Variant> variants;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "model-" + std::to_string(i);
    variants.push_back(World::variant(name, 1));
    api_.answer(Verb::patch, status_path(name), {});
  }
  world_.publish(variants);
  std::vector<std::size_t> written;
  for (int i = 0; i < 6; ++i) {
    round();
    written.push_back(api_.requests.size());
  }
  EXPECT_EQ(written, (std::vector<std::size_t>{20, 40, 60, 80, 100, 100}));
  std::set<std::string> targets;
  for (const auto& request : api_.requests) targets.insert(request.target);
  EXPECT_EQ(targets.size(), 100U) << "each once";
}

TEST_F(FeedbackTest, OnlyTheReplicaThatLeadsWrites) {
  leads_ = false;
  publish(World::variant("llama", 1));
  round();
  EXPECT_THAT(api_.requests, IsEmpty());
  leads_ = true;
  round();
  EXPECT_THAT(counts(), ElementsAre(1));
}

TEST_F(FeedbackTest, WithoutPermissionItTriesAgainAfterAWhile) {
  api_.fail(Verb::patch, status_path("llama"), api_status(403, "Forbidden", "no"));
  publish(World::variant("llama", 1));
  round();
  for (int i = 0; i < 9; ++i) round();
  EXPECT_EQ(api_.requests.size(), 1U);
  api_.answer(Verb::patch, status_path("llama"), {});
  round();
  EXPECT_EQ(api_.requests.size(), 2U);
  for (int i = 0; i < 20; ++i) round();
  EXPECT_EQ(api_.requests.size(), 2U);
}

TEST_F(FeedbackTest, WhileTheServerIsAwayOneObjectIsEnoughToTell) {
  world_.publish({World::variant("a", 1), World::variant("b", 1), World::variant("c", 1), World::variant("d", 1),
                  World::variant("e", 1), World::variant("f", 1)});
  api_.down = true;
  round();
  EXPECT_LE(api_.requests.size(), 4U) << "those under way";
}

TEST_F(FeedbackTest, AnObjectThatIsGoneIsDropped) {
  api_.fail(Verb::patch, status_path("llama"), api_status(404, "NotFound", "no such thing"));
  publish(World::variant("llama", 1));
  for (int i = 0; i < 20; ++i) round();
  EXPECT_EQ(api_.requests.size(), 1U);
}

TEST_F(FeedbackTest, AConflictIsTriedAgainAfterTheInterval) {
  api_.fail(Verb::patch, status_path("llama"), api_status(409, "Conflict", "another uid"));
  publish(World::variant("llama", 1));
  for (int i = 0; i < 5; ++i) round();
  EXPECT_EQ(api_.requests.size(), 1U);
  round();
  EXPECT_EQ(api_.requests.size(), 2U);
}

TEST_F(FeedbackTest, TellsWhenAModelGoesToZeroAndWhenItWakes) {
  publish(World::variant("llama", 1));
  round();
  EXPECT_THAT(event_reasons(), IsEmpty());
  world_.scale_to_zero["default"] = zero_on;
  publish(World::variant("llama", 1));
  round();
  EXPECT_THAT(event_reasons(), ElementsAre("ScaledToZero"));
  publish(World::variant("llama", 0));
  round();
  world_.load("llama", {.kv = 0, .running = 0, .waiting = 0, .replicas = 0, .finished_rise = 0, .gateway_queue = 3});
  round();
  EXPECT_THAT(event_reasons(), ElementsAre("ScaledToZero", "WokenUp"));
}

TEST_F(FeedbackTest, AReplicaThatTakesOverTellsWhatTheOtherCouldNot) {
  publish(World::variant("llama", 1));
  round();
  Variant variant = reporting(1);
  const auto other = successor();
  world_.scale_to_zero["default"] = zero_on;
  publish(variant);
  world_.run(other->round());
  EXPECT_THAT(event_reasons(), ElementsAre("ScaledToZero"));
}

TEST_F(FeedbackTest, TellsWhatIsWrongWithTheConfigurationOnce) {
  world_.scale_to_zero["llama"] = "model_id: llama\nretention_period: soon\n";
  publish(World::variant("llama", 1));
  for (int i = 0; i < 3; ++i) round();
  publish(World::variant("llama", 1));
  round();
  ASSERT_THAT(event_reasons(), ElementsAre("InvalidConfiguration"));
  EXPECT_THAT(json::parse(api_.asked(Verb::post).front().body)["note"].get<std::string>(),
              ::testing::StartsWith("ConfigMap model-scale-to-zero-config, key llama: retention_period \"soon\""));
}

TEST_F(FeedbackTest, AnEventThatFailsInTransitIsSentAgainUnderTheSameName) {
  api_.fail(Verb::post, events_path, api_unreachable());
  world_.scale_to_zero["llama"] = "model_id: llama\nretention_period: soon\n";
  publish(World::variant("llama", 1));
  round();
  api_.fail(Verb::post, events_path, api_status(409, "AlreadyExists", "it got through the first time"));
  for (int i = 0; i < 5; ++i) round();
  const auto sent = api_.asked(Verb::post);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].body, sent[1].body);
}

// What the condition of this type says as it was written last: "Reason: message".
std::string condition(const FakeApiClient& api, std::string_view type) {
  const json conditions = json::parse(api.requests.back().body)["status"]["conditions"];
  for (const json& each : conditions) {
    if (each["type"] == type) return each["reason"].get<std::string>() + ": " + each["message"].get<std::string>();
  }
  return "none";
}

TEST_F(FeedbackTest, FollowsWhatTheSeriesShow) {
  publish(World::variant("llama", 1));
  round();
  world_.pods_of_others("llama", {"old-decode"});
  for (int i = 0; i < 5; ++i) round();
  EXPECT_EQ(counts().size(), 2U);
  EXPECT_THAT(condition(api_, "WiringCorrect"), ::testing::StartsWith("PodsOfOthers: pods of \"old-decode\" report"));

  world_.load("llama", {});
  for (int i = 0; i < 5; ++i) round();
  EXPECT_EQ(condition(api_, "MetricsAvailable"),
            "MetricsMissing: replicas are ready, but Prometheus does not scrape its pods");
  EXPECT_THAT(condition(api_, "WiringCorrect"), ::testing::StartsWith("NoSeries: replicas of Deployment "));
}

// The reasons of MetricsAvailable and OptimizationReady as they were written last.
std::vector<std::string> metrics_reasons(const FakeApiClient& api) {
  const json conditions = json::parse(api.requests.back().body)["status"]["conditions"];
  return {conditions[1]["reason"], conditions[2]["reason"]};
}

TEST_F(FeedbackTest, SaysThatPrometheusFails) {
  publish(World::variant("llama", 1));
  round();
  world_.clock.time += 1h;
  world_.signals.failure = "connection refused";
  world_.decisions.rebuild();
  for (int i = 0; i < 40; ++i) round();
  EXPECT_THAT(metrics_reasons(api_), ElementsAre("PrometheusError", "MetricsUnavailable"));
}

TEST_F(FeedbackTest, GivesPrometheusTimeForAFirstAnswer) {
  const auto snapshot = std::exchange(world_.signals.snapshot, nullptr);
  publish(World::variant("llama", 1));
  for (int i = 0; i < 29; ++i) round();
  EXPECT_THAT(api_.requests, IsEmpty());
  world_.signals.snapshot = snapshot;
  world_.decisions.rebuild();
  round();
  EXPECT_THAT(metrics_reasons(api_), ElementsAre("MetricsFound", "OptimizationSucceeded"));
}

TEST_F(FeedbackTest, SaysThatPrometheusHasNeverAnswered) {
  world_.signals.snapshot = nullptr;
  publish(World::variant("llama", 1));
  for (int i = 0; i < 31; ++i) round();
  EXPECT_THAT(metrics_reasons(api_), ElementsAre("PrometheusError", "MetricsUnavailable"));
}

TEST_F(FeedbackTest, AHeldCountIsNeitherGoingToZeroNorWaking) {
  world_.scale_to_zero["default"] = zero_on;
  publish(World::variant("llama", 1));
  round();
  echo(1);
  EXPECT_THAT(counts(), ElementsAre(0));
  const auto other = successor();
  world_.signals.snapshot = nullptr;
  world_.decisions.rebuild();
  for (int i = 0; i < 31; ++i) {
    now_ += 1s;
    world_.run(other->round());
  }
  EXPECT_THAT(counts(), ElementsAre(0, 1)) << "the present count is held, as nothing is known";
  EXPECT_THAT(event_reasons(), IsEmpty());
}

TEST_F(FeedbackTest, AsksForFreshSignalsAsLongAsItLeads) {
  publish(World::variant("llama", 1));
  world_.signals.asked = 0;
  round();
  EXPECT_EQ(world_.signals.asked, 1);
  leads_ = false;
  round();
  EXPECT_EQ(world_.signals.asked, 1);
}

TEST_F(FeedbackTest, WritesOnlyWhatItIsToldTo) {
  FeedbackSettings settings;
  settings.write_status = settings.write_events = false;
  Feedback silent(api_, world_.decisions, settings, world_.clock, {}, [this] { return now_; });
  world_.scale_to_zero["llama"] = "model_id: llama\nretention_period: soon\n";
  publish(World::variant("llama", 1));
  world_.run(silent.round());
  EXPECT_THAT(api_.requests, IsEmpty());
}

}  // namespace
}  // namespace inferno::feedback
