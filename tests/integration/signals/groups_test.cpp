// Targets whose replicas are groups of pods, as a real Prometheus tells them: the leaders and workers of a
// LeaderWorkerSet.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Optional;

class GroupsTest : public SignalsTest {
 protected:
  GroupsTest() { set_groups(1); }

  void set_groups(std::int32_t count) { variants = {{.model_id = "m", .kind = "LeaderWorkerSet", .replicas = count}}; }

  // A pod that reports in (ago(90), until], and runs so many requests.
  void add_pod(const std::string& pod, double requests = 0, TimePoint until = noon) {
    history.add(running, {.pod = pod}, ago(90), until, constant(requests));
  }
  // A rank that is full and finishes 30 requests per scrape.
  void add_full_rank(const std::string& pod) {
    add_pod(pod, 10);
    history.add(kv, {.pod = pod}, ago(90), noon, constant(0.5));
    history.add(waiting, {.pod = pod}, ago(90), noon, constant(1));
    history.add(finished, {.pod = pod}, ago(90), noon, growing(ago(90), 30));
  }
};

TEST_F(GroupsTest, TheRanksOfAGroupAddUpToOneReplica) {
  add_full_rank("m-0");
  add_full_rank("m-0-1");
  start();

  EXPECT_EQ(newest().replicas, 1.0F);
  EXPECT_EQ(newest().kv, 0.5F);
  EXPECT_EQ(newest().running, 20.0F);
  EXPECT_EQ(newest().waiting, 2.0F);
  EXPECT_EQ(newest().finished_rise, 60.0F);
  EXPECT_EQ(target().throughput, 4.0);
  EXPECT_EQ(target().batch, 20.0);
  EXPECT_EQ(target().evidence.replicas, 1);
}

TEST_F(GroupsTest, ThereAreAsManyReplicasAsLeaders) {
  set_groups(2);
  for (const char* pod : {"m-0", "m-0-1", "m-0-2", "m-1", "m-1-1", "m-1-2"}) add_full_rank(pod);
  start();

  EXPECT_EQ(newest().replicas, 2.0F);
  EXPECT_EQ(newest().kv, 1.0F);
  EXPECT_EQ(newest().running, 60.0F);
  EXPECT_EQ(target().throughput, 6.0);
  EXPECT_EQ(target().batch, 30.0);
  EXPECT_EQ(target().evidence.replicas, 2);
  EXPECT_THAT(target().evidence.gap, IsEmpty());
}

TEST_F(GroupsTest, WhereOnlyLeadersReportEachIsAReplica) {
  set_groups(2);
  add_full_rank("m-0");
  add_full_rank("m-1");
  start();

  EXPECT_EQ(newest().replicas, 2.0F);
  EXPECT_EQ(newest().kv, 1.0F);
  EXPECT_EQ(target().throughput, 2.0);
  EXPECT_EQ(target().batch, 10.0);
  EXPECT_EQ(target().evidence.replicas, 2);
}

TEST_F(GroupsTest, WhereOnlyWorkersReportTheWorkersOfAGroupAreAReplica) {
  set_groups(2);
  for (const char* pod : {"m-0-1", "m-0-2", "m-1-1", "m-1-2"}) add_full_rank(pod);
  start();
  EXPECT_EQ(newest().replicas, 2.0F);
  EXPECT_EQ(target().evidence.replicas, 2);
}

TEST_F(GroupsTest, WhereOnlyTheWorkersOfASingleGroupReportTheyAreOneReplica) {
  add_full_rank("m-0-1");
  add_full_rank("m-0-2");
  start();
  EXPECT_EQ(newest().replicas, 1.0F);
  EXPECT_EQ(newest().kv, 0.5F);
  EXPECT_EQ(target().batch, 20.0);
  EXPECT_EQ(target().evidence.replicas, 1);
}

TEST_F(GroupsTest, AGroupIsIdleOnlyWhereAllOfItsPodsAre) {
  add_pod("m-0");
  add_pod("m-0-1", 1);
  start();
  EXPECT_EQ(target().evidence.last_use, noon);
}

TEST_F(GroupsTest, EvidenceIsNoOlderThanThatOfTheYoungestPod) {
  add_pod("m-0");
  history.add(running, {.pod = "m-0-1"}, ago(20), noon, constant(0));
  start();
  EXPECT_THAT(target().evidence.since, Optional(ago(19.75)));
  EXPECT_EQ(target().evidence.until, ago(0.25));
}

TEST_F(GroupsTest, WorkersThatFallSilentAreAGapInTheEvidence) {
  set_groups(2);
  for (const char* pod : {"m-0", "m-1", "m-0-1"}) add_pod(pod);
  add_pod("m-1-1", 0, ago(10));
  start();

  const IdleEvidence evidence = target().evidence;
  EXPECT_EQ(evidence.gap, "pods m-1-* no longer report, though they did");
  EXPECT_EQ(evidence.replicas, 2);
  EXPECT_THAT(evidence.since, Optional(Le(ago(60))));
}

TEST_F(GroupsTest, ASingleWorkerOfSeveralThatFallsSilentIsAGapToo) {
  for (const char* pod : {"m-0", "m-0-1", "m-0-2"}) add_pod(pod);
  add_pod("m-0-3", 0, ago(10));
  start();
  EXPECT_EQ(target().evidence.gap, "pods m-0-* no longer report, though they did");
}

TEST_F(GroupsTest, AGroupThatWasScaledAwayLeavesNoGap) {
  for (const char* pod : {"m-0", "m-0-1"}) add_pod(pod);
  for (const char* pod : {"m-1", "m-1-1"}) add_pod(pod, 0, ago(10));
  start();

  const IdleEvidence evidence = target().evidence;
  EXPECT_THAT(evidence.gap, IsEmpty());
  EXPECT_EQ(evidence.replicas, 1);
  EXPECT_EQ(evidence.until, ago(0.25));
}

TEST_F(GroupsTest, GroupsOfAnotherKindAreToldByTheirNamesToo) {
  variants = {{.model_id = "m", .kind = "Engine"}};
  add_full_rank("m-v2-0");
  add_full_rank("m-v2-0-1");
  start();
  EXPECT_EQ(newest().replicas, 1.0F);
  EXPECT_EQ(newest().kv, 0.5F);
  EXPECT_EQ(target().batch, 20.0);
}

}  // namespace
}  // namespace inferno::testing
