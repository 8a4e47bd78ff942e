// Since when a workload's idleness is proven: the rules by which one step after another is taken in.
#include "adapter/signals/idle_history.hpp"

#include <gmock/gmock.h>

#include <initializer_list>

namespace inferno::signals {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr Duration interval = std::chrono::seconds{15};
constexpr Duration tolerance = std::chrono::seconds{60};
constexpr TimePoint never = UseEntry::never;

TimePoint at(int seconds) {
  return TimePoint{std::chrono::seconds{seconds}};
}

// A step at which `pods` told how many requests they run.
UseStep reporting(int seconds, double pods = 1) {
  UseStep step;
  step.time = at(seconds);
  step.pods = pods;
  return step;
}

UseStep joined(int seconds, double pods = 1) {
  UseStep step = reporting(seconds, pods);
  step.joined = true;
  return step;
}

UseStep with_same_counters(UseStep step) {
  step.same_counters = true;
  return step;
}

UseStep finished(UseStep step, double requests) {
  step.finished = requests;
  return step;
}

UseStep used(UseStep step) {
  step.used = true;
  return step;
}

UseEntry after(std::initializer_list<UseStep> steps) {
  UseEntry entry;
  for (const UseStep& step : steps) observe(entry, step, tolerance);
  return entry;
}

TEST(UseEntryTest, EvidenceBeginsWithTheFirstReportAndGoesOn) {
  const UseEntry entry = after({joined(15), reporting(30)});
  EXPECT_EQ(entry.since, at(15));
  EXPECT_EQ(entry.until, at(30));
  EXPECT_EQ(entry.last_use, never);
}

TEST(UseEntryTest, PodsThatReportedBeforeTheHistoryBeganAreEvidenceFromItsFirstStep) {
  EXPECT_EQ(after({reporting(15), reporting(30)}).since, at(15));
}

TEST(UseEntryTest, UseCountsWhetherOrNotPodsReport) {
  UseStep queued_at_the_gateway;
  queued_at_the_gateway.time = at(15);
  queued_at_the_gateway.used = true;
  EXPECT_EQ(after({queued_at_the_gateway}).last_use, at(15));
  EXPECT_EQ(after({queued_at_the_gateway}).since, never);
  EXPECT_EQ(after({reporting(15), used(reporting(30))}).last_use, at(30));
}

TEST(UseEntryTest, ACounterThatChangedIsUseEvenWhereItWasResetToZero) {
  EXPECT_EQ(after({reporting(15), finished(reporting(30), 2)}).last_use, at(30));
  EXPECT_EQ(after({reporting(15), finished(reporting(30), 0)}).last_use, at(30));
}

TEST(UseEntryTest, AnEngineThatJoinsRestartsTheEvidenceThoughOthersWereThereAllAlong) {
  const UseEntry entry = after({reporting(15, 1), joined(30, 2), reporting(45, 2)});
  EXPECT_EQ(entry.since, at(30));
  EXPECT_EQ(entry.last_use, never) << "to be new is not to be used";
}

// The engine may have been used and restarted meanwhile, whatever its counters show.
TEST(UseEntryTest, CountersDecideNothingWhereThereWasNoGap) {
  EXPECT_EQ(after({reporting(15, 1), with_same_counters(joined(30, 2))}).since, at(30));
}

TEST(UseEntryTest, AMissingReportWithinTheToleranceIsNoGap) {
  const UseEntry entry = after({reporting(15), reporting(75)});
  EXPECT_EQ(entry.since, at(15));
  EXPECT_EQ(entry.until, at(75));
}

TEST(UseEntryTest, AGapIsBridgedOnlyByTheSameCounters) {
  const UseEntry bridged = after({reporting(15), with_same_counters(joined(300)), reporting(315)});
  EXPECT_EQ(bridged.since, at(15));
  EXPECT_EQ(bridged.until, at(315));
  EXPECT_EQ(after({reporting(15), joined(300)}).since, at(300));
}

TEST(UseEntryTest, ABridgedGapIsProvenOnlyByTheStepAfterIt) {
  EXPECT_EQ(after({reporting(15), with_same_counters(joined(300))}).until, at(15));
}

TEST(UseEntryTest, WhatFinishedAppearsToHaveChangedOverABridgedGapIsNoUse) {
  EXPECT_EQ(after({reporting(15), with_same_counters(finished(joined(300), 7))}).last_use, never);
  EXPECT_EQ(after({reporting(15), finished(joined(300), 7)}).last_use, at(300)) << "not bridged";
}

TEST(UseEntryTest, ARequestThatRunsAtTheEndOfABridgedGapIsUse) {
  EXPECT_EQ(after({reporting(15), used(with_same_counters(joined(300)))}).last_use, at(300));
}

TEST(UseEntryTest, RemembersTheMostPodsSinceTheEvidenceBegan) {
  const UseEntry fewer = after({reporting(15, 1), joined(30, 3), reporting(45, 2)});
  EXPECT_EQ(fewer.pods, 2);
  EXPECT_EQ(fewer.most_pods, 3);
  const UseEntry again = after({reporting(15, 3), joined(30, 2)});
  EXPECT_EQ(again.pods, 2);
  EXPECT_EQ(again.most_pods, 2) << "what was before the restart no longer counts";
}

TEST(GapBeforeTest, IsWhereAnEngineIsBackAfterLongerThanTheTolerance) {
  const UseEntry known = after({reporting(15)});
  EXPECT_EQ(gap_before(known, joined(300), tolerance), (Gap{.from = at(15), .to = at(300)}));
  EXPECT_EQ(gap_before(known, joined(75), tolerance), std::nullopt) << "within the tolerance";
  EXPECT_EQ(gap_before(UseEntry(), joined(300), tolerance), std::nullopt) << "nothing was before it";
  UseStep nothing;
  nothing.time = at(300);
  EXPECT_EQ(gap_before(known, nothing, tolerance), std::nullopt) << "it has not ended";
}

// Ten intervals, ending at `last`.
UseBlocks blocks_until(int last) {
  return UseBlocks({.first = at(last) - 9 * interval, .last = at(last), .step = interval});
}

TEST(IdleHistoryTest, ListsTheGapsThatEndWithinAStretchWithTheirRows) {
  IdleHistory history(at(0), interval, tolerance);
  UseBlocks before = blocks_until(150);
  for (const Row row : {0U, 1U, 2U}) before.reporting.add(row, 0, 1);
  history.append(before);

  UseBlocks after_gap = blocks_until(300);
  for (const Row row : {0U, 2U}) {
    after_gap.reporting.add(row, 4, 1);  // at 225
    after_gap.joined.add(row, 4, 1);
  }
  after_gap.reporting.add(1, 9, 1);
  after_gap.joined.add(1, 9, 1);
  EXPECT_THAT(history.gaps(after_gap), ElementsAre(Pair(Gap{.from = at(15), .to = at(225)}, ElementsAre(0, 2)),
                                                   Pair(Gap{.from = at(15), .to = at(300)}, ElementsAre(1))));
}

TEST(IdleHistoryTest, CountsRequestsThatFinishedButNotResets) {
  IdleHistory history(at(0), interval, tolerance);
  UseBlocks blocks = blocks_until(150);
  blocks.finished.add(0, 2, 3);
  blocks.finished.add(0, 5, 0);  // a reset
  blocks.finished.add(0, 7, 4);
  history.append(blocks);
  EXPECT_EQ(history.request_count(0, std::chrono::minutes{10}), 7);
  EXPECT_EQ(history.entry(0).last_use, at(15) + 7 * interval);
  EXPECT_EQ(history.until(), at(150));
}

TEST(IdleHistoryTest, WhatCameBeforeItsBeginNoLongerCounts) {
  IdleHistory history(at(0), interval, tolerance);
  UseBlocks blocks = blocks_until(150);
  for (std::size_t step = 0; step < 10; ++step) blocks.reporting.add(0, step, 1);
  blocks.used.add(0, 3, 1);
  blocks.reporting.add(1, 3, 1);
  history.append(blocks);
  history.move_begin(at(75));

  EXPECT_EQ(history.entry(0).since, at(90));
  EXPECT_EQ(history.entry(0).until, at(150));
  EXPECT_EQ(history.entry(0).last_use, never);
  EXPECT_EQ(history.entry(1).until, never);
  EXPECT_TRUE(history.is_silent(1));
  EXPECT_FALSE(history.is_silent(0));
}

TEST(IdleHistoryTest, ARowThatWasForgottenBeginsAnew) {
  IdleHistory history(at(0), interval, tolerance);
  UseBlocks blocks = blocks_until(150);
  blocks.reporting.add(0, 0, 1);
  blocks.used.add(0, 0, 1);
  history.append(blocks);
  history.forget(0);
  EXPECT_TRUE(history.is_silent(0));
  UseBlocks next = blocks_until(300);
  next.reporting.add(0, 9, 1);
  next.joined.add(0, 9, 1);
  EXPECT_THAT(history.gaps(next), IsEmpty());
}

}  // namespace
}  // namespace inferno::signals
