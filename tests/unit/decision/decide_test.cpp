// Reasons, scaling down, waking: what is decided for a model with one variant.
#include "adapter/decision/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr GridSample quiet{.kv = 0, .running = 0, .waiting = 0, .replicas = 1, .finished_rise = 0, .gateway_queue = 0};
constexpr GridSample busy{
    .kv = 1.3F, .running = 60, .waiting = 0, .replicas = 2, .finished_rise = 60, .gateway_queue = 0};

TEST(ScalingDown, GoesOnlyToThePeakOfTheScaleDownWindow) {
  Scenario scenario;
  std::vector<GridSample> samples(9, quiet);
  samples[1].kv = 2.0F;  // 105 s ago: 2.0 / .70 needs 3
  scenario.replicas(6, 6).history(samples);
  for (GridSample& sample : scenario.load) sample.replicas = 6;
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.roles[0].needed_now, 1);
  EXPECT_EQ(decision.roles[0].needed_peak, 3);
  EXPECT_EQ(decision.variants[0].desired, 3);
  EXPECT_EQ(decision.roles[0].reason, Reason::saturation);
}

TEST(ScalingDown, ForgetsAPeakOlderThanTheWindow) {
  Scenario scenario;
  std::vector<GridSample> samples(10, quiet);
  for (GridSample& sample : samples) sample.replicas = 6;
  samples[0].kv = 4.0F;  // 135 s ago
  EXPECT_EQ(scenario.replicas(6, 6).history(samples).desired(), 1);
}

TEST(ScalingUp, FollowsTheNewestNeedAtOnce) {
  Scenario scenario;
  std::vector<GridSample> samples(20, quiet);
  samples.back() = busy;
  const auto decision = scenario.replicas(1, 1).history(samples).decide();
  EXPECT_EQ(decision.variants[0].desired, 2);
  EXPECT_EQ(decision.roles[0].reason, Reason::saturation);
}

TEST(ScalingUp, DoesNotClimbWhilePodsAreStarting) {
  Scenario scenario;
  GridSample sample = busy;
  sample.replicas = 1;
  scenario.steady(sample);
  EXPECT_EQ(scenario.replicas(1, 1).desired(), 2);
  EXPECT_EQ(scenario.replicas(2, 1).desired(), 2);
}

TEST(Steady, WhatFitsStays) {
  const auto decision = Scenario().replicas(2, 2).steady(busy).decide();
  EXPECT_EQ(decision.variants[0].desired, 2);
  EXPECT_EQ(decision.roles[0].reason, Reason::steady);
}

TEST(ReadyPodsThatDoNotReport, CountAsLoadedWhenGoingDown) {
  GridSample sample = quiet;
  sample.replicas = 2;
  sample.kv = 0.7F;  // needs 1, and 3 are not seen
  EXPECT_EQ(Scenario().replicas(5, 5).steady(sample).desired(), 4);
}

TEST(ReadyPodsThatDoNotReport, CountAsEmptyWhenGoingUp) {
  GridSample sample = busy;
  sample.replicas = 1;
  EXPECT_EQ(Scenario().replicas(1, 1).steady(sample).desired(), 2);
  sample.kv = 1.9F;
  EXPECT_EQ(Scenario().replicas(2, 2).steady(sample).desired(), 3);
}

TEST(MetricsMissing, BeforeTheFirstAnswerOfPrometheusWhatIsIsHeld) {
  Scenario scenario;
  const auto decision = scenario.scale_to_zero_after("1m").replicas(2, 2).history({}).decide();
  EXPECT_EQ(decision.variants[0].desired, 2);
  EXPECT_EQ(decision.roles[0].reason, Reason::metrics_missing);
}

TEST(FromZero, StaysAtZeroWhileNobodyAsks) {
  GridSample sample = quiet;
  sample.replicas = no_data;
  const auto decision = Scenario().scale_to_zero_after("1m").replicas(0, 0).steady(sample).decide();
  EXPECT_EQ(decision.variants[0].desired, 0);
  EXPECT_EQ(decision.roles[0].reason, Reason::idle);
}

TEST(FromZero, ARequestQueuedAtTheGatewayWakesIt) {
  GridSample sample{.gateway_queue = 1};
  const auto decision = Scenario().scale_to_zero_after("1m").replicas(0, 0).steady(sample).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_EQ(decision.roles[0].reason, Reason::wake_up);
}

TEST(FromZero, TheFastWakeQueryNeedsNoGridSample) {
  Scenario scenario;
  scenario.signals.wake_queue = 3;
  const auto decision = scenario.scale_to_zero_after("1m").replicas(0, 0).history({}).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_EQ(decision.roles[0].reason, Reason::wake_up);
}

TEST(FromZero, ArrivalsAtTheGatewayWakeIt) {
  Scenario scenario;
  EXPECT_EQ(scenario.scale_to_zero_after("1m").replicas(0, 0).steady({.gateway_arrivals = 1}).desired(), 1);
}

TEST(FromZero, AnArrivalSinceTheLastPollWakesIt) {
  Scenario scenario;
  scenario.signals.wake_arrivals = true;
  scenario.scale_to_zero_after("1m").replicas(0, 0).idle_for(seconds{25}).steady({});
  EXPECT_EQ(scenario.desired(), 1);
}

TEST(FromZero, AnArrivalBeforeItWentToZeroDoesNot) {
  Scenario scenario;
  scenario.signals.wake_arrivals = true;
  scenario.scale_to_zero_after("20s").replicas(0, 0).idle_for(seconds{25}).steady({});
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(FromZero, ARequestThatWasRefusedForLackOfReplicasWakesItHoweverLongItWasIdle) {
  Scenario scenario;
  scenario.signals.wake_refused = true;
  const auto decision = scenario.scale_to_zero_after("20s").replicas(0, 0).idle_for(seconds{3600}).steady({}).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_EQ(decision.roles[0].reason, Reason::wake_up);
  EXPECT_EQ(decision.roles[0].explanation, "at zero, and requests for it were refused for lack of replicas");
}

TEST(FromZero, WakesWithMoreThanOneWhenTheBacklogSaysSo) {
  Scenario scenario;
  scenario.signals.targets[0].throughput = 0.5;
  EXPECT_EQ(scenario.scale_to_zero_after("1m").replicas(0, 0).history({{.gateway_queue = 90}}).desired(),
            3);  // 90/60/0.5
}

TEST(FromZero, ScaleToZeroDisabledMeansOne) {
  const auto decision = Scenario().replicas(0, 0).steady({}).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_EQ(decision.roles[0].reason, Reason::minimum_replicas);
}

// An engine whose clients all went away may say that their requests run until the next one comes.
constexpr GridSample stuck{.kv = 1.3F, .running = 60, .waiting = 0, .replicas = 1, .finished_rise = 0};

TEST(StandingStill, KeepsTheModelUpAndAddsNothing) {
  const auto decision = Scenario().scale_to_zero_after("1m").idle_for(minutes{9}).steady(stuck).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_EQ(decision.roles[0].needed_now, 1);
  EXPECT_EQ(decision.roles[0].reason, Reason::steady);
  EXPECT_EQ(decision.roles[0].explanation,
            "gauges and counters have stood still for 3 minutes while 60 requests are said to run: nothing is added");
}

TEST(StandingStill, TakesThreeMinutesOfSamples) {
  EXPECT_EQ(Scenario().steady(stuck, 13).desired(), 1);  // 12 steps of 15 s
  EXPECT_EQ(Scenario().steady(stuck, 12).desired(), 2);
  Scenario with_a_hole;
  with_a_hole.steady(stuck, 14).load[7] = {};
  EXPECT_EQ(with_a_hole.desired(), 1);
}

TEST(StandingStill, EndsWithAnythingThatMoves) {
  for (float GridSample::* field : {&GridSample::kv, &GridSample::running, &GridSample::waiting, &GridSample::replicas,
                                    &GridSample::finished_rise}) {
    Scenario scenario = Scenario().steady(stuck);
    scenario.load[12].*field += .01F;
    EXPECT_EQ(scenario.desired(), 2);
  }
}

TEST(StandingStill, IsOverWhenRequestsComeToTheGateway) {
  for (float GridSample::* field : {&GridSample::gateway_queue, &GridSample::gateway_arrivals}) {
    Scenario scenario = Scenario().steady(stuck);
    scenario.load.back().*field = 1;
    EXPECT_EQ(scenario.desired(), 2);
  }
}

TEST(WhileLoading, NothingIsTakenAway) {
  GridSample sample{.gateway_queue = 0};
  const auto decision =
      Scenario().scale_to_zero_after("1m").idle_for(minutes{30}).replicas(2, 0).steady(sample).decide();
  EXPECT_EQ(decision.variants[0].desired, 2);
  EXPECT_EQ(decision.roles[0].reason, Reason::steady);
}

TEST(MinimumReplicas, OneStaysWhenScaleToZeroIsDisabledHoweverLongIdle) {
  const auto decision = Scenario().idle_for(std::chrono::hours{9}).steady(quiet).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_EQ(decision.roles[0].reason, Reason::minimum_replicas);
}

TEST(MinimumReplicas, OneStaysUntilTheRetentionPeriodHasPassed) {
  const auto decision = Scenario().scale_to_zero_after("10m").idle_for(minutes{9}).steady(quiet).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_EQ(decision.roles[0].reason, Reason::minimum_replicas);
  EXPECT_EQ(decision.roles[0].explanation,
            "no load; kept at one replica: idle for 540 s of the 600 s retention period, counted from: last activity");
}

TEST(Explanation, CarriesPolicyWithTheKeyThatSetEachField) {
  const auto decision = Scenario().scale_to_zero_after("10m").steady(quiet).decide();
  EXPECT_TRUE(decision.policy.scale_to_zero.enabled.value);
  EXPECT_THAT(decision.policy.scale_to_zero.retention_period.source, ::testing::HasSubstr("key default"));
  EXPECT_EQ(decision.newest_sample, epoch);
  EXPECT_EQ(decision.signals.gateway.size(), 1U);
  EXPECT_EQ(decision.signals.targets[0].samples.size(), 1U);
}

}  // namespace
}  // namespace inferno::testing
