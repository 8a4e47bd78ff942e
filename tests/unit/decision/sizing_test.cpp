// Demand to replicas: the check values of the sizing rule, and what happens where an input is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/decision/sizing.hpp"
#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

std::vector<std::string> term_names(const ModelDecision& decision) {
  std::vector<std::string> names;
  for (const SizingTerm& term : decision.roles[0].terms) names.push_back(term.name);
  return names;
}

TEST(CheckValues, OnePodBelowTheKvTargetNeedsOne) {
  const auto decision =
      Scenario().steady({.kv = .65F, .running = 20, .waiting = 0, .replicas = 1, .finished_rise = 30}).decide();
  EXPECT_EQ(decision.roles[0].needed_now, 1);
  EXPECT_THAT(term_names(decision), ElementsAre("kvUsage"));
}

TEST(CheckValues, OnePodAboveTheKvTargetNeedsTwo) {
  EXPECT_EQ(Scenario().steady({.kv = .71F, .running = 20, .waiting = 0, .replicas = 1, .finished_rise = 30}).desired(),
            2);
}

TEST(CheckValues, TwoPodsAtFortyPercentAreNeeded) {
  EXPECT_EQ(Scenario().replicas(2, 2).steady({.kv = .80F, .running = 20, .waiting = 0, .replicas = 2}).desired(), 2);
}

TEST(CheckValues, TwoPodsAtThirtyPercentFitOne) {
  EXPECT_EQ(Scenario().replicas(2, 2).steady({.kv = .60F, .running = 20, .waiting = 0, .replicas = 2}).desired(), 1);
}

TEST(CheckValues, AtTheFirstSampleOfAFullPodItsOwnBatchIsTheMeasureAndDoublingTheLimit) {
  Scenario scenario;
  scenario.history({{.kv = .90F, .running = 64, .waiting = 100, .replicas = 1, .finished_rise = no_data}});
  scenario.signals.targets[0].batch = 64;
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.roles[0].needed_now, 2);
  EXPECT_THAT(term_names(decision), ElementsAre("kvUsage", "firstSample"));
  EXPECT_DOUBLE_EQ(decision.roles[0].terms[1].replicas, 2.0);
}

TEST(CheckValues, FlowWithABacklog) {
  Scenario scenario;
  scenario.replicas(2, 2).learned(6.5, 64).steady(
      {.kv = .70F, .running = 128, .waiting = 120, .replicas = 2, .finished_rise = 180});
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.roles[0].needed_now, 3);
  ASSERT_THAT(term_names(decision), ElementsAre("kvUsage", "flow"));
  EXPECT_NEAR(decision.roles[0].terms[1].replicas, 2.48, 0.005);
}

TEST(CheckValues, FlowWithoutABacklogAgainstWhatRuns) {
  Scenario scenario;
  scenario.replicas(2, 2).learned(6.5, 64).steady(
      {.kv = .70F, .running = 100, .waiting = 0, .replicas = 2, .finished_rise = 180});
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.roles[0].needed_now, 3);
  ASSERT_THAT(term_names(decision), ElementsAre("kvUsage", "flow", "batch"));
  EXPECT_NEAR(decision.roles[0].terms[1].replicas, 2.17, 0.005);
  EXPECT_NEAR(decision.roles[0].terms[2].replicas, 100 / 54.4, 1e-6);
}

TEST(CheckValues, TenPodsAtTheTargetNeedTenNotElevenByFloatingPointNoise) {
  float kv = 0;
  for (int pod = 0; pod < 10; ++pod) kv += .70F;
  EXPECT_EQ(Scenario().replicas(10, 10).steady({.kv = kv, .running = 10, .waiting = 0, .replicas = 10}).desired(), 10);
}

TEST(CheckValues, NoLoadButNotIdleNeedsOne) {
  EXPECT_EQ(Scenario()
                .replicas(3, 3)
                .steady({.kv = 0, .running = 0, .waiting = 0, .replicas = 3, .finished_rise = 0})
                .desired(),
            1);
}

TEST(Backlog, WaitingRequestsUpToTheQueueTargetPerPodAreNoBacklog) {
  Scenario scenario;
  scenario.replicas(2, 2).learned(6.5, 64).steady(
      {.kv = .1F, .running = 10, .waiting = 4, .replicas = 2, .finished_rise = 15});
  EXPECT_THAT(term_names(scenario.decide()), ElementsAre("kvUsage", "flow", "batch"));
  scenario.steady({.kv = .1F, .running = 10, .waiting = 5, .replicas = 2, .finished_rise = 15});
  EXPECT_THAT(term_names(scenario.decide()), ElementsAre("kvUsage", "flow"));
}

TEST(Backlog, TheGatewayQueueIsPartOfIt) {
  Scenario scenario;
  scenario.learned(1.0, 64).steady(
      {.kv = .1F, .running = 0, .waiting = 0, .replicas = 1, .finished_rise = 0, .gateway_queue = 120});
  EXPECT_EQ(scenario.decide().roles[0].needed_now, 2);  // 120 requests / 60 s / 1 per second
}

TEST(Backlog, IsSizedForWhatItWillBeAThirdOfTheWayUntilANewReplicaServes) {
  Scenario scenario;
  scenario.signals.cold_start = std::chrono::milliseconds{97'500};  // horizon 97.5 + 1.5 * 15 = 120 s
  scenario.learned(5, 64).steady(
      {.kv = .1F, .running = 64, .waiting = 60, .replicas = 1, .finished_rise = 75 + 45});  // 8/s come, 5/s go
  const auto decision = scenario.decide();
  // (8 / .85 + (60 + 3 * 40) / 60) / 5
  EXPECT_NEAR(decision.roles[0].terms.at(1).replicas, (8 / .85 + 3) / 5, 1e-6);
  EXPECT_EQ(decision.roles[0].terms.at(1).explanation,
            "(arrivals 8.00/s / utilization 0.85 + backlog 180 / drain 60 s) / throughput 5.00/s per replica");
}

TEST(Policy, EveryThresholdOfTheSaturationConfigMapCounts) {
  Scenario scenario;
  scenario.saturation["default"] =
      "kvCacheThreshold: 0.5\nkvSpareTrigger: 0.25\nqueueLengthThreshold: 11\nqueueSpareTrigger: 1\ntargetUtilization: "
      "0.5\ndrainSeconds: 30\n";
  scenario.replicas(2, 2).learned(1.0, 10).steady(
      {.kv = .5F, .running = 10, .waiting = 20, .replicas = 2, .finished_rise = 15});
  auto decision = scenario.decide();
  EXPECT_THAT(decision.roles[0].terms,
              ElementsAre(Field(&SizingTerm::replicas, 2.0),    // .5 / (.5 - .25)
                          Field(&SizingTerm::replicas, 2.0),    // 1/s / .5 / 1
                          Field(&SizingTerm::replicas, 2.0)));  // 10 / (10 * .5); 20 waiting are no backlog
  scenario.steady({.kv = .5F, .running = 10, .waiting = 30, .replicas = 2, .finished_rise = 15});
  decision = scenario.decide();
  EXPECT_THAT(decision.roles[0].terms,
              ElementsAre(Field(&SizingTerm::replicas, 2.0), Field(&SizingTerm::replicas, 3.0)));  // 1/.5 + 30/30
}

TEST(MissingInputs, ATermWithoutItsInputsDropsOut) {
  EXPECT_THAT(term_names(Scenario()
                             .learned(6.5, 64)
                             .steady({.running = 10, .waiting = 0, .replicas = 1, .finished_rise = 15})
                             .decide()),
              ElementsAre("flow", "batch"));
}

TEST(MissingInputs, TheContainersMaxNumSeqsStandsInForABatchNeverSeen) {
  Scenario scenario;
  scenario.variants[0].target->max_num_seqs = 100;
  const auto decision =
      scenario.steady({.kv = .1F, .running = 170, .waiting = 0, .replicas = 2, .finished_rise = 15}).decide();
  ASSERT_THAT(term_names(decision), ElementsAre("kvUsage", "batch"));
  EXPECT_DOUBLE_EQ(decision.roles[0].terms[1].replicas, 2.0);
}

TEST(MissingInputs, AHungPodWithABacklogHoldsWhatIs) {
  const auto decision = Scenario().replicas(4, 4).steady({.running = 0, .waiting = 30, .replicas = 4}).decide();
  EXPECT_EQ(decision.variants[0].desired, 4);
  EXPECT_EQ(decision.roles[0].reason, Reason::metrics_missing);
}

TEST(MissingInputs, RunningRequestsWithNothingToMeasureThemByHoldWhatIs) {
  const auto decision = Scenario().replicas(5, 5).steady({.running = 50, .waiting = 0, .replicas = 5}).decide();
  EXPECT_EQ(decision.variants[0].desired, 5);
  EXPECT_EQ(decision.roles[0].reason, Reason::metrics_missing);
}

TEST(Rounding, UpToWholeReplicasButNotForNoise) {
  EXPECT_EQ(whole_replicas(0), 0);
  EXPECT_EQ(whole_replicas(1.0000001), 1);
  EXPECT_EQ(whole_replicas(1.00001), 2);
  EXPECT_EQ(whole_replicas(0.1 + 0.2 + 0.7), 1);
  EXPECT_EQ(whole_replicas(1e300), std::numeric_limits<std::int32_t>::max());
}

}  // namespace
}  // namespace inferno::testing
