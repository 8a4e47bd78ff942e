// Positive evidence before zero: every rule that starts the retention clock or withholds the proof.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr GridSample quiet{.kv = 0, .running = 0, .waiting = 0, .pods = 1, .finished_rise = 0, .gateway_queue = 0};

Scenario idle_scenario() {
  Scenario scenario;
  scenario.scale_to_zero_after("10m").idle_for(minutes{10}).steady(quiet);
  return scenario;
}

void expect_held(const Scenario& scenario, const std::string& clock_cause_or_explanation) {
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
  EXPECT_NE(decision.reason, Reason::idle);
  EXPECT_THAT(decision.explanation + "|" + decision.idle_clock_cause, ::testing::HasSubstr(clock_cause_or_explanation));
}

TEST(Idle, AfterTheWholeRetentionPeriodItIsZero) {
  const auto decision = idle_scenario().decide();
  EXPECT_EQ(decision.variants[0].desired, 0);
  EXPECT_EQ(decision.reason, Reason::idle);
  EXPECT_EQ(decision.idle_clock_start, epoch - minutes{10});
  EXPECT_EQ(decision.idle_clock_cause, "last activity");
  EXPECT_EQ(decision.explanation, "idle for 600 s of the 600 s retention period, counted from: last activity");
}

TEST(Idle, ASecondEarlierItIsNot) {
  expect_held(idle_scenario().idle_for(minutes{10} - seconds{1}), "last activity");
}

TEST(Idle, SeveralReplicasGoToZeroTogether) {
  Scenario scenario = idle_scenario().replicas(4, 4);
  for (GridSample& sample : scenario.signals.samples) sample.pods = 4;
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Idle, ARunningRequestIsUseThoughNothingFinished) {
  Scenario scenario = idle_scenario();
  scenario.signals.samples.back().running = 1;
  expect_held(scenario, "");
}

TEST(Idle, AWaitingOrQueuedRequestIsUse) {
  Scenario waiting = idle_scenario();
  waiting.signals.samples.back().waiting = 1;
  expect_held(waiting, "");
  Scenario queued = idle_scenario();
  queued.signals.samples.back().gateway_queue = 1;
  expect_held(queued, "");
  Scenario seen_by_the_wake_query = idle_scenario();
  seen_by_the_wake_query.signals.wake_queue = 1;
  expect_held(seen_by_the_wake_query, "");
  Scenario arrivals = idle_scenario();
  arrivals.signals.just_arrived = true;
  expect_held(arrivals, "");
}

TEST(Idle, AnArrivalThatTheEvidenceKnowsOfHoldsNothingUp) {
  Scenario scenario = idle_scenario();
  scenario.signals.wake_arrivals = true;
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
  scenario.signals.activity = {.last_activity = {},
                               .evidence_since = {},
                               .evidence_until = epoch,
                               .evidence_pods = 1000,
                               .data_since = {},
                               .request_count = 0};
  EXPECT_EQ(scenario.decide().idle_clock_start, std::nullopt);
  EXPECT_EQ(scenario.desired(), 1);
}

TEST(RetentionClock, StartsWhereTheScrapeEvidenceStarts) {
  Scenario scenario = idle_scenario();
  scenario.signals.activity.evidence_since = epoch - minutes{5};
  expect_held(scenario, "start of unbroken scrape evidence");
}

TEST(RetentionClock, StartsAtTheOldestDataWhereEvidenceIsNotRequired) {
  Scenario scenario = idle_scenario();
  scenario.settings.require_scrape_evidence = false;
  scenario.signals.activity.data_since = epoch - minutes{5};
  expect_held(scenario, "oldest data in Prometheus");
}

TEST(RetentionClock, NeverUsedIsIdleOnceTheEvidenceReachesBackFarEnough) {
  Scenario scenario = idle_scenario();
  scenario.signals.activity.last_activity = std::nullopt;
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Evidence, WithoutAnyNothingIsProven) {
  Scenario scenario = idle_scenario();
  scenario.signals.activity = {};
  expect_held(scenario, "nothing proves that Prometheus scrapes them");
}

TEST(Evidence, IsLookedAtOnlyOnceEveryScrapeIsVisible) {
  Scenario scenario = idle_scenario().idle_for(hours{1});
  scenario.signals.history_delay = seconds{10};
  scenario.signals.activity.evidence_until = epoch - 2 * scenario.signals.flow_interval;
  EXPECT_EQ(scenario.desired(), 0);
  scenario.signals.activity.evidence_until = epoch - 2 * scenario.signals.flow_interval - seconds{10};
  expect_held(scenario, "nothing proves that Prometheus scrapes them");
}

TEST(Evidence, WithoutTheRunningRequestsTheirSeriesIsNamed) {
  Scenario scenario = idle_scenario();
  scenario.signals.activity = {};
  for (GridSample& sample : scenario.signals.samples) sample.running = no_data;
  expect_held(scenario, "not how many requests they run (num_requests_running)");
}

TEST(Evidence, MustBeRecent) {
  Scenario scenario = idle_scenario().idle_for(hours{1});
  scenario.signals.activity.evidence_until = epoch - 2 * scenario.signals.flow_interval;
  expect_held(scenario, "nothing proves that Prometheus scrapes them");
  scenario.signals.activity.evidence_until = epoch - scenario.signals.flow_interval;
  EXPECT_EQ(scenario.desired(), 0);
}

// The model may be in use, unseen, since the last scrape.
TEST(Evidence, IdleTimePassesOnlyAsFarAsTheScrapeIsProven) {
  Scenario scenario = idle_scenario().idle_for(minutes{10});
  scenario.signals.activity.evidence_until = epoch - scenario.signals.flow_interval;
  EXPECT_EQ(scenario.decide().explanation,
            "no load; kept at one replica: idle for 585 s of the 600 s retention period, counted from: last activity");
  EXPECT_EQ(scenario.idle_for(minutes{10} + scenario.signals.flow_interval).desired(), 0);
}

TEST(Evidence, MustCoverEveryReadyReplica) {
  Scenario scenario = idle_scenario().replicas(2, 2);
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 1);  // the one that is not seen counts as loaded
  EXPECT_NE(decision.reason, Reason::idle);
}

// A replica that came with the newest sample may have been in use since the evidence was last looked at.
TEST(Evidence, MustHaveCoveredEveryReadyReplicaWhenUseWasLastLookedFor) {
  Scenario scenario = idle_scenario();
  scenario.signals.activity.evidence_pods = 0;
  expect_held(scenario, "1 replicas are ready, but only 0 had reported when use was last looked for");
}

TEST(Evidence, ACounterThatHasNothingToBeComparedWithProvesNothing) {
  Scenario scenario = idle_scenario();
  scenario.signals.activity.counts_finished = true;
  scenario.signals.samples.back().finished_rise = no_data;
  expect_held(scenario, "nothing tells yet whether requests have finished since use was last looked for");
}

TEST(Evidence, AnAbsentFinishedCounterIsNoUseWhileTheScrapeIsProven) {
  Scenario scenario = idle_scenario();
  for (GridSample& sample : scenario.signals.samples) sample.finished_rise = no_data;
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Evidence, NotRequiredByFlagAnAbsentModelIsIdle) {
  Scenario scenario = idle_scenario();
  scenario.settings.require_scrape_evidence = false;
  scenario.signals.activity = {.last_activity = {},
                               .evidence_since = {},
                               .evidence_until = {},
                               .evidence_pods = 0,
                               .data_since = epoch - hours{1},
                               .request_count = 0};
  scenario.steady({});
  EXPECT_EQ(scenario.desired(), 0);
}

TEST(Evidence, AWarningOfPartialDataForbidsZero) {
  Scenario scenario = idle_scenario();
  scenario.signals.partial = true;
  expect_held(scenario, "Prometheus warned that its answer may be incomplete");
}

TEST(Evidence, AModelThatIsStillLoadingIsNotIdle) {
  const auto decision = idle_scenario().replicas(1, 0).decide();
  EXPECT_EQ(decision.variants[0].desired, 1);
}

}  // namespace
}  // namespace inferno::testing
