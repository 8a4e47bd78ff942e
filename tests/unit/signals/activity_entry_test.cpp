#include "adapter/signals/activity_entry.hpp"

#include <gtest/gtest.h>

namespace inferno::signals {
namespace {

constexpr Duration tolerance = std::chrono::seconds{60};

TimePoint at(int seconds) {
  return TimePoint{std::chrono::seconds{seconds}};
}

// A step at which one pod was scraped.
ActivityStep scraped(int seconds, double finished, double pods = 1) {
  ActivityStep step;
  step.time = at(seconds);
  step.scraped_pods = pods;
  step.finished_total = finished;
  return step;
}

ActivityStep with(ActivityStep step, bool ActivityStep::* sign) {
  step.*sign = true;
  return step;
}

ActivityEntry after(std::initializer_list<ActivityStep> steps) {
  ActivityEntry entry;
  for (const ActivityStep& step : steps) observe(entry, step, tolerance);
  return entry;
}

TEST(ActivityEntryTest, EvidenceBeginsWithTheFirstScrapeAndGoesOn) {
  const ActivityEntry entry = after({scraped(15, 5), scraped(30, 5)});
  EXPECT_EQ(entry.evidence_since, at(15));
  EXPECT_EQ(entry.evidence_until, at(30));
  EXPECT_EQ(entry.last_activity, std::nullopt);
}

TEST(ActivityEntryTest, UseIsActivityWithOrWithoutScrape) {
  ActivityStep gateway_only;
  gateway_only.time = at(15);
  gateway_only.used = true;
  EXPECT_EQ(after({gateway_only}).last_activity, at(15));
  EXPECT_EQ(after({gateway_only}).evidence_since, std::nullopt);
  EXPECT_EQ(after({with(scraped(30, 5), &ActivityStep::used)}).last_activity, at(30));
}

TEST(ActivityEntryTest, AMissingScrapeWithinTheToleranceIsNoHole) {
  const ActivityEntry entry = after({scraped(15, 5), scraped(75, 5)});
  EXPECT_EQ(entry.evidence_since, at(15));
}

TEST(ActivityEntryTest, AHoleWithTheSameCountersIsBridgedAndNothingAppeared) {
  const ActivityStep end = with(with(scraped(300, 5), &ActivityStep::appeared), &ActivityStep::same_counters);
  const ActivityEntry entry = after({scraped(15, 5), end});
  EXPECT_EQ(entry.evidence_since, at(15));
  EXPECT_EQ(entry.last_activity, std::nullopt);
}

TEST(ActivityEntryTest, AHoleWithAnEqualSumOfOtherCountersRestartsTheEvidence) {
  EXPECT_EQ(after({scraped(15, 5), scraped(300, 5)}).evidence_since, at(300));
}

TEST(ActivityEntryTest, OnlyAHoleWithEqualSumsNeedsALookAtEachCounter) {
  const ActivityEntry entry = after({scraped(15, 5)});
  EXPECT_EQ(undecided_hole(entry, scraped(300, 5), tolerance), at(15));
  EXPECT_EQ(undecided_hole(entry, scraped(75, 5), tolerance), std::nullopt) << "no hole";
  EXPECT_EQ(undecided_hole(entry, scraped(300, 6), tolerance), std::nullopt) << "decided by the sum";
  EXPECT_EQ(undecided_hole(entry, scraped(300, 5, 2), tolerance), std::nullopt) << "other pods";
  EXPECT_EQ(undecided_hole(entry, with(scraped(300, 5), &ActivityStep::partial), tolerance), std::nullopt);
  EXPECT_EQ(undecided_hole(ActivityEntry(), scraped(300, 5), tolerance), std::nullopt) << "nothing before it";
}

TEST(ActivityEntryTest, AHoleInWhichTheCounterGrewIsActivityAtItsEnd) {
  const ActivityEntry entry = after({scraped(15, 5), scraped(300, 6)});
  EXPECT_EQ(entry.evidence_since, at(15));
  EXPECT_EQ(entry.last_activity, at(300));
}

TEST(ActivityEntryTest, AHoleThatTheCountersCannotDecideRestartsTheEvidence) {
  EXPECT_EQ(after({scraped(15, 5), scraped(300, 4)}).evidence_since, at(300)) << "reset";
  EXPECT_EQ(after({scraped(15, 5), scraped(300, 5, 2)}).evidence_since, at(300)) << "other pods";
  EXPECT_EQ(after({scraped(15, std::nan("")), scraped(300, std::nan(""))}).evidence_since, at(300)) << "no counter";
}

TEST(ActivityEntryTest, ACounterThatAppearsAboveZeroIsActivity) {
  EXPECT_EQ(after({scraped(15, 5), with(scraped(30, 12), &ActivityStep::appeared)}).last_activity, at(30));
}

TEST(ActivityEntryTest, ARiseThatBecameVisibleTooLateIsSeenByTheSum) {
  EXPECT_EQ(after({scraped(15, 5), scraped(30, 6)}).last_activity, at(30)) << "though no interval showed it";
}

TEST(ActivityEntryTest, WhatOnlyTheSumShowsCountsAsFinishedWhereNoCounterIsNew) {
  ActivityEntry entry = after({scraped(15, 5)});
  EXPECT_EQ(observe(entry, scraped(30, 7), tolerance), 2);
  EXPECT_EQ(observe(entry, with(scraped(45, 9), &ActivityStep::appeared), tolerance), 0);
  EXPECT_EQ(observe(entry, scraped(60, 4), tolerance), 0) << "reset";
}

// What happened may be in the part that is missing.
TEST(ActivityEntryTest, AnAnswerWithWarningsIsAHole) {
  const ActivityStep partial = with(scraped(30, 5), &ActivityStep::partial);
  EXPECT_EQ(after({scraped(15, 5), partial, scraped(45, 6)}).last_activity, at(45));
  EXPECT_EQ(after({scraped(15, 5), partial, scraped(45, 5, 2)}).evidence_since, at(45));
  EXPECT_EQ(after({scraped(15, 5), partial, scraped(45, 5)}).evidence_since, at(45));
  const ActivityEntry same = after({scraped(15, 5), partial, with(scraped(45, 5), &ActivityStep::same_counters)});
  EXPECT_EQ(same.evidence_since, at(15));
  EXPECT_FALSE(same.obscured);
}

TEST(ActivityEntryTest, AnAnswerWithWarningsProvesUseButNotItsAbsence) {
  const ActivityEntry entry = after({scraped(15, 5), with(scraped(30, 5), &ActivityStep::partial),
                                     with(with(scraped(45, 5), &ActivityStep::partial), &ActivityStep::used)});
  EXPECT_EQ(entry.evidence_until, at(15));
  EXPECT_EQ(entry.last_activity, at(45));
}

TEST(ActivityEntryTest, UpIsEvidenceWhereThereAreNoEngineSeries) {
  ActivityStep step;
  step.time = at(15);
  step.up_pods = 1;
  EXPECT_EQ(after({step}).evidence_since, at(15));
}

}  // namespace
}  // namespace inferno::signals
