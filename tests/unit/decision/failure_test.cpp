// Fail static: what a failed query or an old signal does to the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr GridSample quiet{.kv = 0, .running = 0, .waiting = 0, .replicas = 3, .finished_rise = 0, .gateway_queue = 0};

Scenario idle_scenario() {
  Scenario scenario;
  scenario.scale_to_zero_after("10m").idle_for(minutes{20}).replicas(3, 3).steady(quiet);
  return scenario;
}

class FailedQuery : public ::testing::TestWithParam<Signal> {};

TEST_P(FailedQuery, TakesNothingAway) {
  Scenario scenario = idle_scenario();
  scenario.signals.failed.set(static_cast<std::size_t>(GetParam()));
  scenario.signals.failure = "Prometheus answered 500";
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 3);
  EXPECT_EQ(decision.roles[0].reason, Reason::stale);
  EXPECT_THAT(decision.roles[0].explanation, ::testing::HasSubstr("Prometheus answered 500"));
}

INSTANTIATE_TEST_SUITE_P(EachSizingQuery, FailedQuery,
                         ::testing::Values(Signal::running, Signal::waiting, Signal::finished, Signal::pods,
                                           Signal::gateway_queue),
                         [](const auto& parameter) {
                           return "Signal" + std::to_string(static_cast<int>(parameter.param));
                         });

TEST(FailedKvQuery, SizesByTheRestButTakesNothingAway) {
  Scenario scenario;
  scenario.replicas(2, 2).learned(1.0, 10).steady({.running = 60, .waiting = 0, .replicas = 2, .finished_rise = 15});
  scenario.signals.failed.set(static_cast<std::size_t>(Signal::kv_usage));
  EXPECT_EQ(scenario.desired(), 8);  // 60 / (10 * .85)
  EXPECT_EQ(scenario.replicas(9, 9).steady({.running = 60, .waiting = 0, .replicas = 9, .finished_rise = 15}).desired(),
            9);
}

TEST(FailedKvQuery, WhereNothingElseSizesHoldsAndTellsTheCause) {
  Scenario scenario;
  scenario.replicas(3, 3).steady({.running = 3, .waiting = 0, .replicas = 3, .finished_rise = 0});
  scenario.signals.failed.set(static_cast<std::size_t>(Signal::kv_usage));
  scenario.signals.failure = "Prometheus answered 500";
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 3);
  EXPECT_EQ(decision.roles[0].reason, Reason::stale);
  EXPECT_THAT(decision.roles[0].explanation, ::testing::HasSubstr("Prometheus answered 500"));
}

TEST(FailedIdleHistory, ForbidsZeroButNotScalingDown) {
  Scenario scenario = idle_scenario();
  scenario.signals.failed.set(static_cast<std::size_t>(Signal::idle_history));
  scenario.signals.failure = "timeout";
  EXPECT_EQ(scenario.desired(), 1);
}

TEST(StaleSignals, GiveTheAnswerTheyGaveWhenNewMarked) {
  Scenario scenario = idle_scenario();
  scenario.now = epoch + minutes{1};
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 0);
  EXPECT_EQ(decision.roles[0].reason, Reason::stale);
  EXPECT_THAT(decision.roles[0].explanation,
              ::testing::HasSubstr("signals are 60 s old; last good decision: idle for 1200 s"));
}

// Prometheus is down, but the gateway itself tells that somebody waits.
TEST(StaleSignals, AWakeUpIsAsNewAsTheRequestsThatWereSeenWaiting) {
  Scenario scenario;
  scenario.steady({.kv = 0, .running = 0, .waiting = 0, .replicas = 0, .finished_rise = 0}).replicas(0, 0);
  scenario.scale_to_zero_after("10m");
  scenario.now = epoch + std::chrono::minutes{3};
  scenario.signals.wake_queue = 1;
  scenario.signals.wake_as_of = scenario.now;
  const ModelDecision decision = scenario.decide();
  EXPECT_EQ(decision.roles[0].reason, Reason::wake_up);
  EXPECT_EQ(decision.variants.front().desired, 1);
  EXPECT_EQ(decision.newest_sample, scenario.now);
  EXPECT_EQ(decision.valid_until, scenario.now + scenario.settings.stale_after);

  scenario.now += scenario.settings.stale_after;
  EXPECT_EQ(scenario.decide().roles[0].reason, Reason::stale);
}

TEST(StaleSignals, NoIdleTimePassesWhilePrometheusDoesNotAnswer) {
  Scenario scenario = idle_scenario().idle_for(minutes{9});
  scenario.now = epoch + minutes{2};
  EXPECT_EQ(scenario.desired(), 1);
}

TEST(StaleSignals, AnswerSaysWhenTimeAloneWillChangeIt) {
  Scenario scenario = idle_scenario();
  EXPECT_EQ(scenario.decide().valid_until, epoch + seconds{30});
  scenario.now = epoch + seconds{30};
  EXPECT_EQ(scenario.decide().roles[0].reason, Reason::stale);
  EXPECT_EQ(scenario.decide().valid_until, std::nullopt);
}

}  // namespace
}  // namespace inferno::testing
