// Positive evidence before zero: every rule that starts the retention clock or withholds the proof.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr GridSample quiet{.kv = 0, .running = 0, .waiting = 0, .replicas = 1, .finished_rise = 0, .gateway_queue = 0};

Scenario idle_scenario() {
  Scenario scenario;
  scenario.scale_to_zero_after("10m").idle_for(minutes{10}).steady(quiet);
  return scenario;
}

IdleEvidence& evidence(Scenario& scenario, std::size_t target = 0) {
  return scenario.signals.targets.at(target).evidence;
}

void expect_held(const Scenario& scenario, const std::string& clock_cause_or_explanation) {
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_NE(decision.roles[0].reason, Reason::idle);
  EXPECT_THAT(decision.roles[0].explanation + "|" + decision.idle_clock_cause,
              ::testing::HasSubstr(clock_cause_or_explanation));
}

TEST(Idle, AfterTheWholeRetentionPeriodItIsZero) {
  const auto decision = idle_scenario().decide();
  EXPECT_EQ(decision.variants[0].desired, 0);
  EXPECT_EQ(decision.roles[0].reason, Reason::idle);
  EXPECT_EQ(decision.idle_clock_start, epoch - minutes{10});
  EXPECT_EQ(decision.idle_clock_cause, "last activity");
  EXPECT_EQ(decision.roles[0].explanation, "idle for 600 s of the 600 s retention period, counted from: last activity");
}

TEST(Idle, ASecondEarlierItIsNot) {
  expect_held(idle_scenario().idle_for(minutes{10} - seconds{1}), "last activity");
}

TEST(Idle, SeveralReplicasGoToZeroTogether) {
  Scenario scenario = idle_scenario().replicas(4, 4);
  for (GridSample& sample : scenario.load) sample.replicas = 4;
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Idle, ARunningRequestIsUseThoughNothingFinished) {
  Scenario scenario = idle_scenario();
  scenario.load.back().running = 1;
  expect_held(scenario, "");
}

TEST(Idle, AWaitingOrQueuedRequestIsUse) {
  Scenario waiting = idle_scenario();
  waiting.load.back().waiting = 1;
  expect_held(waiting, "");
  Scenario queued = idle_scenario();
  queued.load.back().gateway_queue = 1;
  expect_held(queued, "");
  Scenario seen_by_the_wake_query = idle_scenario();
  seen_by_the_wake_query.signals.wake_queue = 1;
  expect_held(seen_by_the_wake_query, "");
  Scenario arrivals = idle_scenario();
  arrivals.load.back().gateway_arrivals = 1;
  expect_held(arrivals, "requests have just arrived");
}

TEST(Idle, ARequestThatHasJustFinishedIsUse) {
  Scenario scenario = idle_scenario();
  scenario.load.back().finished_rise = 1;
  expect_held(scenario, "");
}

TEST(Idle, AnArrivalThatTheEvidenceKnowsOfHoldsNothingUp) {
  Scenario scenario = idle_scenario();
  scenario.signals.wake_arrivals = true;
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Idle, RequestsThatWereRefusedHoldNothingUpWhileThereAreReplicas) {
  Scenario scenario = idle_scenario();
  scenario.signals.wake_refused = true;
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(RetentionClock, StartsWhenTheModelLeftZero) {
  Scenario scenario = idle_scenario();
  scenario.variants[0].target->left_zero_at = epoch - minutes{5};
  expect_held(scenario, "the model went from no replicas to some");
}

TEST(RetentionClock, StartsAtTheCreationOfTheVariantAutoscaling) {
  Scenario scenario = idle_scenario();
  scenario.variants[0].created = epoch - minutes{5};
  expect_held(scenario, "creation of the VariantAutoscaling");
}

TEST(RetentionClock, PassesOverACreationTimeThatIsNotTold) {
  Scenario scenario = idle_scenario();
  scenario.variants[0].created = TimePoint{};
  evidence(scenario) = {};
  EXPECT_EQ(scenario.decide().idle_clock_start, std::nullopt);
  EXPECT_EQ(scenario.desired(), 1);
}

TEST(RetentionClock, StartsWhereTheScrapeEvidenceStarts) {
  Scenario scenario = idle_scenario();
  evidence(scenario).since = epoch - minutes{5};
  expect_held(scenario, "start of unbroken scrape evidence");
}

TEST(RetentionClock, StartsAtTheLastUseThatGatewaysTellOf) {
  Scenario scenario = idle_scenario();
  scenario.signals.gateway_last_use = epoch - minutes{5};
  expect_held(scenario, "last activity");
  EXPECT_EQ(scenario.decide().last_activity, epoch - minutes{5});
}

TEST(RetentionClock, NeverUsedIsIdleOnceTheEvidenceReachesBackFarEnough) {
  Scenario scenario = idle_scenario();
  evidence(scenario).last_use = std::nullopt;
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Evidence, WithoutAnyNothingIsProven) {
  Scenario scenario = idle_scenario();
  evidence(scenario) = {};
  expect_held(scenario, "nothing proves yet that they are not in use");
}

TEST(Evidence, IsLookedAtOnlyOnceEveryScrapeIsVisible) {
  Scenario scenario = idle_scenario().idle_for(hours{1});
  scenario.signals.history_delay = seconds{10};
  evidence(scenario).until = epoch - 2 * scenario.signals.flow_interval;
  EXPECT_EQ(scenario.desired(), 0);
  evidence(scenario).until = epoch - 2 * scenario.signals.flow_interval - seconds{10};
  expect_held(scenario, "nothing proves yet that they are not in use");
}

TEST(Evidence, WithoutTheRunningRequestsTheirSeriesIsNamed) {
  Scenario scenario = idle_scenario();
  evidence(scenario) = {};
  scenario.signals.targets[0].sighting.metric_names = {"vllm:num_requests_waiting"};
  for (GridSample& sample : scenario.load) sample.running = sample.replicas = no_data;
  expect_held(scenario, "its pods report vllm:num_requests_waiting, but not how many requests they run");
}

TEST(Evidence, MustBeRecent) {
  Scenario scenario = idle_scenario().idle_for(hours{1});
  evidence(scenario).until = epoch - 2 * scenario.signals.flow_interval;
  expect_held(scenario, "nothing proves yet that they are not in use");
  evidence(scenario).until = epoch - scenario.signals.flow_interval;
  EXPECT_EQ(scenario.desired(), 0);
}

// The model may be in use, unseen, since the last scrape.
TEST(Evidence, IdleTimePassesOnlyAsFarAsTheScrapeIsProven) {
  Scenario scenario = idle_scenario().idle_for(minutes{10});
  evidence(scenario).until = epoch - scenario.signals.flow_interval;
  EXPECT_EQ(scenario.decide().roles[0].explanation,
            "no load; kept at one replica: idle for 585 s of the 600 s retention period, counted from: last activity");
  EXPECT_EQ(scenario.idle_for(minutes{10} + scenario.signals.flow_interval).desired(), 0);
}

// One that was not seen may have come back while others went: until the history has caught up only numbers are known.
TEST(Evidence, MustBeOfAsManyReplicasAsHaveReportedSince) {
  Scenario scenario = idle_scenario().idle_for(hours{1});
  evidence(scenario).until = epoch - scenario.signals.flow_interval;
  evidence(scenario).replicas = 2;
  scenario.replicas(2, 1);
  expect_held(scenario, "");
}

TEST(Evidence, OfReplicasThatHaveJustBeenTakenAwayIsOfOnesThatGo) {
  Scenario scenario = idle_scenario().idle_for(hours{1});
  scenario.signals.history_delay = seconds{10};
  scenario.variants[0].target->fewer_since = epoch - 2 * scenario.signals.flow_interval - seconds{9};
  expect_held(scenario, "replicas have just been taken away");
  scenario.variants[0].target->fewer_since = epoch - 2 * scenario.signals.flow_interval - seconds{10};
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Evidence, OfMoreReplicasThanAreWantedIsOfOnesThatGo) {
  Scenario scenario = idle_scenario().idle_for(hours{1});
  for (GridSample& sample : scenario.load) sample.replicas = 2;
  EXPECT_THAT(scenario.decide().roles[0].explanation, ::testing::HasSubstr("2 replicas report where 1 are wanted"));
}

TEST(Evidence, MustCoverEveryReadyReplica) {
  Scenario scenario = idle_scenario().replicas(2, 2);
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 1);  // the one that is not seen counts as loaded
  EXPECT_NE(decision.roles[0].reason, Reason::idle);
}

// A replica that came with the newest sample may have been in use since the evidence was last looked at.
TEST(Evidence, MustHaveCoveredEveryReadyReplicaWhenUseWasLastLookedFor) {
  Scenario scenario = idle_scenario();
  evidence(scenario).replicas = 0;
  expect_held(scenario, "1 replicas are ready, but only 0 had reported when use was last looked for");
}

TEST(Evidence, HasAGapWhilePodsThatReportedAreNotSeen) {
  Scenario scenario = idle_scenario();
  evidence(scenario).gap = "pods llama-0-* of group 0 no longer report";
  expect_held(scenario, "pods llama-0-* of group 0 no longer report");
}

TEST(Evidence, AnAbsentFinishedCounterIsNoUseWhileTheScrapeIsProven) {
  Scenario scenario = idle_scenario();
  for (GridSample& sample : scenario.load) sample.finished_rise = no_data;
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Evidence, AModelThatIsStillLoadingIsNotIdle) {
  const auto decision = idle_scenario().replicas(1, 0).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
}

// Two targets of the model, both idle by their own evidence; of two roles, so that each keeps a replica without load.
Scenario two_targets() {
  Scenario scenario = idle_scenario();
  scenario.with_variants({make_variant("a", 10, 1, 1), make_variant("b", 40, 1, 1, "prefill")}).idle_for(minutes{10});
  for (GridSample& sample : scenario.load) sample.replicas = 2;
  return scenario;
}

TEST(EvidenceOfEachTarget, TogetherTheyAreIdle) {
  const auto decision = two_targets().decide();
  EXPECT_THAT(desired_of(decision), ::testing::ElementsAre(0, 0));
  EXPECT_EQ(decision.roles[0].explanation, "idle for 600 s of the 600 s retention period, counted from: last activity");
}

TEST(EvidenceOfEachTarget, OfOneProvesNothingForAnother) {
  Scenario scenario = two_targets();
  evidence(scenario, 1) = {};
  expect_held(scenario, "b: replicas are ready, but nothing proves yet that they are not in use");
}

TEST(EvidenceOfEachTarget, TheReplicasOfOneDoNotStandInForThoseOfAnother) {
  Scenario scenario = two_targets();
  scenario.variants[0].target->spec_replicas = 2;
  scenario.steady_of(0, {.running = 0, .replicas = 2}).steady_of(1, {.running = 0, .replicas = 0});
  evidence(scenario, 0).replicas = 2;
  evidence(scenario, 1).replicas = 0;
  expect_held(scenario, "");
}

TEST(EvidenceOfEachTarget, TheNewestStartOfAllCounts) {
  Scenario scenario = two_targets();
  evidence(scenario, 1).since = epoch - minutes{5};
  expect_held(scenario, "start of unbroken scrape evidence");
  scenario = two_targets();
  evidence(scenario, 1).last_use = epoch - minutes{5};
  expect_held(scenario, "last activity");
}

TEST(EvidenceOfEachTarget, TheOldestEndOfAllCounts) {
  Scenario scenario = two_targets();
  evidence(scenario, 1).until = epoch - scenario.signals.flow_interval;
  expect_held(scenario, "idle for 585 s of the 600 s retention period");
}

TEST(EvidenceOfEachTarget, OneWithoutReplicasHasNothingToProve) {
  Scenario scenario = two_targets();
  scenario.variants[1].target->spec_replicas = scenario.variants[1].target->ready_replicas = 0;
  for (GridSample& sample : scenario.load) sample.replicas = 1;
  evidence(scenario, 1) = {};
  EXPECT_THAT(desired_of(scenario.decide()), ::testing::ElementsAre(0, 0));
}

}  // namespace
}  // namespace inferno::testing
