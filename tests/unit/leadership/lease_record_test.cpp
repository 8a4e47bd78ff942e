// The rules of a Lease: what is read, what is written, and whose it is.
#include "adapter/leadership/lease_record.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace inferno::leadership {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr TimePoint noon{std::chrono::milliseconds{1'769'860'800'250}};  // 2026-01-31T12:00:00.25Z

LeaseRecord held_by(const std::string& holder) {
  return {.holder = holder,
          .duration = 15s,
          .acquire_time = "2026-01-31T11:00:00.000000Z",
          .renew_time = "2026-01-31T11:59:58.000000Z",
          .transitions = 4};
}

TEST(LeaseRecord, IsReadFromWhatOtherElectorsWrite) {
  const json lease = json::parse(R"({"metadata": {"name": "inferno-adapter", "resourceVersion": "17"},
    "spec": {"holderIdentity": "a", "leaseDurationSeconds": 15, "acquireTime": "2026-01-31T11:00:00.000000Z",
             "renewTime": "2026-01-31T11:59:58.000000Z", "leaseTransitions": 4}})");
  EXPECT_EQ(parse_lease(lease), held_by("a"));
}

TEST(LeaseRecord, FieldsThatAreMissingOrOddAreNotSet) {
  EXPECT_EQ(parse_lease(json::parse(R"({"spec": {"holderIdentity": 7, "leaseDurationSeconds": "15"}})")),
            LeaseRecord{});
  EXPECT_EQ(parse_lease(json::parse("{}")), LeaseRecord{});
}

TEST(LeaseRecord, WritingKeepsWhatIsNotOurs) {
  json lease = json::parse(R"({"metadata": {"resourceVersion": "17", "labels": {"team": "llm"}},
                               "spec": {"strategy": "OldestEmulationVersion"}})");
  write_lease(lease, held_by("a"));
  EXPECT_EQ(lease, json::parse(R"({"metadata": {"resourceVersion": "17", "labels": {"team": "llm"}},
    "spec": {"strategy": "OldestEmulationVersion", "holderIdentity": "a", "leaseDurationSeconds": 15,
             "acquireTime": "2026-01-31T11:00:00.000000Z", "renewTime": "2026-01-31T11:59:58.000000Z",
             "leaseTransitions": 4}})"));
}

TEST(LeaseRecord, ANewHolderCountsAsATransitionButNotTheFirst) {
  EXPECT_EQ(claimed(held_by("a"), "b", 15s, noon), (LeaseRecord{.holder = "b",
                                                                .duration = 15s,
                                                                .acquire_time = "2026-01-31T12:00:00.250000Z",
                                                                .renew_time = "2026-01-31T12:00:00.250000Z",
                                                                .transitions = 5}));
  EXPECT_EQ(claimed(std::nullopt, "b", 15s, noon).transitions, 0);
}

TEST(LeaseRecord, RenewingKeepsTheTimeOfAcquiring) {
  LeaseRecord expected = held_by("a");
  expected.renew_time = "2026-01-31T12:00:00.250000Z";
  EXPECT_EQ(claimed(held_by("a"), "a", 15s, noon), expected);
}

TEST(LeaseRecord, RenewingMendsALeaseThatLostItsTimes) {
  LeaseRecord mangled = held_by("a");
  mangled.acquire_time.clear();
  EXPECT_EQ(claimed(mangled, "a", 15s, noon).acquire_time, "2026-01-31T12:00:00.250000Z");
  EXPECT_EQ(claimed(mangled, "a", 15s, noon).transitions, 4);
}

TEST(LeaseRecord, AReleasedLeaseHasNoHolderAndTheShortestDuration) {
  EXPECT_EQ(released(held_by("a"), noon), (LeaseRecord{.holder = "",
                                                       .duration = 1s,
                                                       .acquire_time = "2026-01-31T12:00:00.250000Z",
                                                       .renew_time = "2026-01-31T12:00:00.250000Z",
                                                       .transitions = 4}));
}

class LeaseObserverTest : public ::testing::Test {
 protected:
  LeaseObserver observer{"b"};
  MonotonicTime start{1h};
};

TEST_F(LeaseObserverTest, NoLeaseAndOneWithoutHolderAreFree) {
  EXPECT_EQ(observer.observe(std::nullopt, start), LeaseVerdict::free);
  EXPECT_EQ(observer.observe(released(held_by("a"), noon), start), LeaseVerdict::free);
}

TEST_F(LeaseObserverTest, AnothersIsTakenForItsDurationFromWhenWeSawItHoweverOldItSaysItIs) {
  EXPECT_EQ(observer.observe(held_by("a"), start), LeaseVerdict::taken);
  EXPECT_EQ(observer.observe(held_by("a"), start + 14'999ms), LeaseVerdict::taken);
  EXPECT_EQ(observer.observe(held_by("a"), start + 15s), LeaseVerdict::free);
}

TEST_F(LeaseObserverTest, ARenewalStartsTheDurationAnew) {
  LeaseRecord renewed = held_by("a");
  renewed.renew_time = "2026-01-31T12:00:00.000000Z";
  EXPECT_EQ(observer.observe(held_by("a"), start), LeaseVerdict::taken);
  EXPECT_EQ(observer.observe(renewed, start + 10s), LeaseVerdict::taken);
  EXPECT_EQ(observer.observe(renewed, start + 24s), LeaseVerdict::taken);
  EXPECT_EQ(observer.observe(renewed, start + 25s), LeaseVerdict::free);
}

TEST_F(LeaseObserverTest, OursIsOursEvenWhenItHasExpired) {
  EXPECT_EQ(observer.observe(held_by("b"), start), LeaseVerdict::ours);
  EXPECT_EQ(observer.observe(held_by("b"), start + 1h), LeaseVerdict::ours);
}

}  // namespace
}  // namespace inferno::leadership
