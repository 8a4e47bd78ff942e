// When a target was last used, and since when that is known, as a real Prometheus tells it.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::Le;
using ::testing::Optional;

class IdleHistoryTest : public SignalsTest {
 protected:
  // A pod that is scraped for hours and does nothing.
  void add_idle_pod(
      const PodLabels& pod, const FleetHistory::Value& count,
      const FleetHistory::Keep& keep = [](TimePoint) { return true; }) {
    history.add(running, pod, ago(150), noon, constant(0), keep);
    history.add(waiting, pod, ago(150), noon, constant(0), keep);
    history.add(finished, pod, ago(150), noon, count, keep);
  }

  // Evidence of one replica reaches back over the whole retention period.
  static void expect_whole(const IdleEvidence& evidence) {
    EXPECT_THAT(evidence.since, Optional(Le(ago(60))));
    EXPECT_EQ(evidence.until, ago(0.25));
    EXPECT_EQ(evidence.replicas, 1);
    EXPECT_EQ(evidence.gap, "");
  }
};

TEST_F(IdleHistoryTest, HoursOfTrafficAreUseUpToNow) {
  history.add(running, {}, ago(150), noon, constant(4));
  history.add(finished, {}, ago(150), noon, growing(ago(150), 3));
  start();

  const IdleEvidence evidence = gather("m", "prod", std::chrono::minutes{10}).targets[0].evidence;
  EXPECT_EQ(evidence.last_use, noon);
  EXPECT_THAT(evidence.request_count, DoubleNear(120, 3 * 3));
  expect_whole(evidence);
}

TEST_F(IdleHistoryTest, AnIdleTargetWasNeverUsed) {
  add_idle_pod({}, constant(50));
  start();
  EXPECT_EQ(target().evidence.last_use, std::nullopt);
  EXPECT_EQ(target().evidence.request_count, 0);
  expect_whole(target().evidence);
}

TEST_F(IdleHistoryTest, WithoutAnyCounterItIsProvenByWhatRuns) {
  history.add(running, {}, ago(150), noon, constant(0));
  start();
  EXPECT_EQ(target().evidence.last_use, std::nullopt);
  expect_whole(target().evidence);
}

TEST_F(IdleHistoryTest, ACounterResetIsUseButNotAFall) {
  variants = {{.model_id = "again"}, {.model_id = "to-zero"}};
  add_idle_pod({.model = "again", .pod = pod_of("again")}, step_at(ago(20), 100, 3));
  add_idle_pod({.model = "to-zero", .pod = pod_of("to-zero")}, step_at(ago(20), 100, 0));
  start();
  for (const char* model : {"again", "to-zero"}) {
    EXPECT_THAT(target(model).evidence.last_use, Optional(ago(19.75))) << model;
    EXPECT_EQ(target(model).evidence.request_count, 0) << model << ": nothing tells how many";
    expect_whole(target(model).evidence);
  }
}

TEST_F(IdleHistoryTest, ARequestInFlightIsUseThoughNothingFinishes) {
  add_idle_pod({}, constant(5));
  history.add(running, {.pod = pod_of("m", 1)}, ago(40), noon, constant(1));
  start();
  EXPECT_EQ(target().evidence.last_use, noon);
}

TEST_F(IdleHistoryTest, ARequestThatWaitsIsUse) {
  history.add(running, {}, ago(150), noon, constant(0));
  history.add(waiting, {}, ago(150), noon, step_at(ago(20), 1, 0));
  start();
  EXPECT_THAT(target().evidence.last_use, Optional(ago(20)));
}

TEST_F(IdleHistoryTest, ASingleFailedScrapeIsNoGap) {
  add_idle_pod({}, constant(50), except(ago(30.1), ago(29.6)));
  start();
  EXPECT_EQ(target().evidence.last_use, std::nullopt);
  expect_whole(target().evidence);
}

// A request that runs for long would show nowhere.
TEST_F(IdleHistoryTest, EngineSeriesThatDoNotTellWhatRunsProveNothing) {
  history.add(waiting, {}, ago(150), noon, constant(0));
  history.add(finished, {}, ago(150), noon, constant(50));
  history.add(kv, {}, ago(150), noon, constant(0.2));
  history.add(R"(up{job="vllm",namespace="prod",pod=")" + pod_of("m") + R"("})", ago(150), noon, constant(1));
  start();
  EXPECT_EQ(target().evidence.since, std::nullopt);
  EXPECT_EQ(target().evidence.until, std::nullopt);
  EXPECT_EQ(target().evidence.replicas, 0);
}

TEST_F(IdleHistoryTest, IsKnownOnlyAsFarBackAsPrometheusHasData) {
  retention_period = "6h";
  add_idle_pod({}, constant(50));
  start();
  EXPECT_THAT(target().evidence.since, Optional(ago(149.75)));
}

TEST_F(IdleHistoryTest, ARestartedCollectorKnowsWhatARunningOneKnows) {
  variants = {{.model_id = "m"}, {.model_id = "busy"}};
  add_idle_pod({}, step_at(ago(20), 100, 3), except(ago(12), ago(8)));
  history.add(running, {.pod = pod_of("m", 1)}, ago(55), ago(50), constant(2));
  add_idle_pod({.model = "busy", .pod = pod_of("busy")}, growing(ago(150), 2));
  start();
  for (const int seconds : {5, 35, 60}) refresh_at(noon + std::chrono::seconds{seconds});
  const ModelSignals idle = gather("m");
  const ModelSignals busy = gather("busy");
  restart_collector();

  for (const auto& [before, after] : {std::pair{idle, gather("m")}, std::pair{busy, gather("busy")}}) {
    EXPECT_EQ(before.as_of, after.as_of);
    const IdleEvidence& old_evidence = before.targets[0].evidence;
    const IdleEvidence& new_evidence = after.targets[0].evidence;
    EXPECT_EQ(old_evidence.last_use, new_evidence.last_use);
    EXPECT_EQ(old_evidence.since, new_evidence.since);
    EXPECT_EQ(old_evidence.until, new_evidence.until);
    EXPECT_EQ(old_evidence.replicas, new_evidence.replicas);
    EXPECT_EQ(old_evidence.request_count, new_evidence.request_count);
  }
}

}  // namespace
}  // namespace inferno::testing
