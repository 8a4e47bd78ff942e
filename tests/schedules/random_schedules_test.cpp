// The adapter in a world where anything may happen, for thousands of schedules (README.md). SCHEDULE_SEED=n plays only
// schedule n, and tells its story.
#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "tests/schedules/simulation.hpp"

namespace inferno::schedules {
namespace {

std::string story_of(std::uint64_t seed, const Outcome& outcome) {
  std::string text = fmt::format("schedule {}:\n", seed);
  for (const std::string& line : outcome.story) text.append(line).append("\n");
  return text;
}

std::optional<std::uint64_t> chosen_seed() {
  const char* seed = std::getenv("SCHEDULE_SEED");
  return seed == nullptr ? std::nullopt : std::optional(std::strtoull(seed, nullptr, 10));
}

// What the adapter logs of its decisions is in the story.
class Quiet : public ::testing::Environment {
  void SetUp() override { spdlog::set_level(spdlog::level::off); }
};
[[maybe_unused]] const auto* const quiet = ::testing::AddGlobalTestEnvironment(new Quiet);

class RandomSchedules : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomSchedules, KeepTheInvariants) {
  if (const auto seed = chosen_seed()) {
    const Outcome outcome = play(*seed);
    std::cout << story_of(*seed, outcome);
    ASSERT_FALSE(outcome.violation) << outcome.violation->what;
    return;
  }
  std::size_t zeros = 0;
  std::size_t wakes = 0;
  const std::uint64_t first = GetParam() * SCHEDULES_PER_TEST;
  for (std::uint64_t seed = first; seed < first + SCHEDULES_PER_TEST; ++seed) {
    const Outcome outcome = play(seed);
    EXPECT_FALSE(outcome.violation) << story_of(seed, outcome) << outcome.violation->what
                                    << "\nTo play it again: SCHEDULE_SEED=" << seed
                                    << " ctest --preset release -V -R RandomSchedules.KeepTheInvariants/0";
    zeros += outcome.zeros;
    wakes += outcome.wakes;
  }
  EXPECT_GT(zeros, SCHEDULES_PER_TEST) << "schedules in which nothing goes to zero prove nothing";
  EXPECT_GT(wakes, SCHEDULES_PER_TEST / 2);
}

INSTANTIATE_TEST_SUITE_P(, RandomSchedules, ::testing::Range<std::uint64_t>(0, 4));

TEST(Schedule, IsTheSameForTheSameSeed) {
  const Outcome once = play(7);
  EXPECT_EQ(play(7).story, once.story);
  EXPECT_NE(play(8).story, once.story);
}

struct BrokenRule {
  Sabotage sabotage;
  const char* name;
  const char* found_by;  // part of what the invariant says
  std::uint64_t within;  // schedules
};

// In the names of tests.
void PrintTo(const BrokenRule& rule, std::ostream* out) {
  *out << rule.found_by;
}

class BrokenRules : public ::testing::TestWithParam<BrokenRule> {};

// The invariants are worth what they find: each rule, once broken, must show.
TEST_P(BrokenRules, AreFound) {
  if (SCHEDULES_PER_TEST < 1000) GTEST_SKIP() << "too slow where the code is not optimised";
  for (std::uint64_t seed = 0; seed < GetParam().within; ++seed) {
    const Outcome outcome = play(seed, GetParam().sabotage);
    if (!outcome.violation || outcome.violation->what.find(GetParam().found_by) == std::string::npos) continue;
    if (play(seed).violation) continue;  // found without breaking anything
    RecordProperty("seed", std::to_string(seed));
    return;
  }
  FAIL() << "nobody noticed within " << GetParam().within << " schedules";
}

INSTANTIATE_TEST_SUITE_P(
    , BrokenRules,
    ::testing::Values(
        BrokenRule{Sabotage::running_requests_ignored, "RunningRequestsIgnored", "answers zero though", 50},
        BrokenRule{Sabotage::waiting_requests_ignored, "WaitingRequestsIgnored", "stays at zero", 50},
        BrokenRule{Sabotage::refusals_ignored, "RefusalsIgnored", "was refused", 100},
        BrokenRule{Sabotage::finished_requests_ignored, "FinishedRequestsIgnored", "answers zero though", 100},
        BrokenRule{Sabotage::new_counters_ignored, "NewCountersIgnored", "answers zero though", 300},
        BrokenRule{Sabotage::warnings_ignored, "WarningsIgnored", "answers zero though", 2000},
        BrokenRule{Sabotage::infos_taken_for_warnings, "InfosTakenForWarnings", "all is well", 200},
        BrokenRule{Sabotage::evidence_invented, "EvidenceInvented", "without proof", 100},
        BrokenRule{Sabotage::others_counted, "OthersCounted", "have finished", 50},
        BrokenRule{Sabotage::targets_mixed, "TargetsMixed", "without proof", 300},
        BrokenRule{Sabotage::duplicates_added, "DuplicatesAdded", "have finished", 50},
        BrokenRule{Sabotage::joins_ignored, "JoinsIgnored", "without proof", 400},
        BrokenRule{Sabotage::gaps_bridged, "GapsBridged", "finished meanwhile", 300},
        BrokenRule{Sabotage::other_names_counted, "OtherNamesCounted", "without proof", 400},
        BrokenRule{Sabotage::roles_ignored, "RolesIgnored", "wants no replica of role", 50},
        BrokenRule{Sabotage::old_answers_served, "OldAnswersServed", "last answered", 50},
        BrokenRule{Sabotage::policy_edits_missed, "PolicyEditsMissed", "", 50},
        BrokenRule{Sabotage::second_replica_differs, "SecondReplicaDiffers", "replica B answers", 100},
        BrokenRule{Sabotage::never_to_zero, "NeverToZero", "does not answer zero", 50}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace inferno::schedules
