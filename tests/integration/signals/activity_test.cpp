// When a model was last used, and since when that is known, as a real Prometheus tells it.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::Ge;
using ::testing::Le;
using ::testing::Optional;

const std::string finished = "vllm:request_success_total";
const std::string running = "vllm:num_requests_running";

// A time between the grid steps around it.
auto about(TimePoint time) {
  return Optional(AllOf(Ge(time), Le(time + std::chrono::seconds{30})));
}

class ActivityTest : public SignalsTest {
 protected:
  // A pod that is scraped for hours and does nothing.
  void add_idle_pod(const std::string& model, const FleetHistory::Value& count,
                    const FleetHistory::Keep& keep = everything) {
    const PodLabels pod{.model = model, .pod = model + "-0"};
    history.add(running, pod, ago(150), noon, constant(0), keep);
    history.add("vllm:num_requests_waiting", pod, ago(150), noon, constant(0), keep);
    history.add(finished, pod, ago(150), noon, count, keep);
  }

  static bool everything(TimePoint /*time*/) { return true; }

  // Evidence reaches back over the whole retention period.
  static void expect_evidence_since_ever(const ActivityEvidence& activity) {
    EXPECT_THAT(activity.evidence_since, Optional(Le(ago(60))));
    EXPECT_THAT(activity.evidence_until, Optional(noon - std::chrono::seconds{15}));
  }
};

TEST_F(ActivityTest, HoursOfTrafficAreActivityUpToNow) {
  const PodLabels pod{.model = "busy", .pod = "busy-0"};
  history.add(running, pod, ago(150), noon, constant(4));
  history.add(finished, pod, ago(150), noon, growing(ago(150), 3));
  start();

  const ModelSignals signals = gather("busy", "prod", {"busy"}, std::chrono::minutes{10});
  EXPECT_EQ(signals.activity.last_activity, noon);
  EXPECT_THAT(signals.activity.request_count, DoubleNear(120, 3 * 3));
  EXPECT_EQ(signals.samples.back().finished_rise, 3.0F);
  expect_evidence_since_ever(signals.activity);
}

TEST_F(ActivityTest, AnIdleModelWasNeverUsed) {
  add_idle_pod("idle", constant(50));
  start();

  const ActivityEvidence activity = gather("idle").activity;
  EXPECT_EQ(activity.last_activity, std::nullopt);
  EXPECT_EQ(activity.request_count, 0);
  expect_evidence_since_ever(activity);
}

TEST_F(ActivityTest, ACounterResetIsNotAFall) {
  add_idle_pod("reset", step_at(ago(20), 100, 3));
  start();

  const ActivityEvidence activity = gather("reset").activity;
  EXPECT_THAT(activity.last_activity, about(ago(20)));
  EXPECT_EQ(activity.request_count, 3) << "what the restarted engine finished";
  expect_evidence_since_ever(activity);
}

TEST_F(ActivityTest, AResetToZeroIsASignOfUse) {
  add_idle_pod("reset", step_at(ago(20), 100, 0));
  start();

  const ActivityEvidence activity = gather("reset").activity;
  EXPECT_THAT(activity.last_activity, about(ago(20)));
  EXPECT_EQ(activity.request_count, 0);
}

TEST_F(ActivityTest, ASeriesThatAppearsAboveZeroIsActivityButNotFlow) {
  add_idle_pod("appears", constant(50));
  history.add(finished, {.model = "appears", .pod = "appears-0", .extra = R"(finished_reason="length")"}, ago(2), noon,
              constant(7));
  start();

  const ModelSignals signals = gather("appears");
  EXPECT_THAT(signals.activity.last_activity, about(ago(2)));
  EXPECT_EQ(signals.activity.request_count, 0);
  for (const GridSample& sample : signals.samples) EXPECT_EQ(sample.finished_rise, 0.0F);
}

TEST_F(ActivityTest, AFortyMinuteRequestInFlightIsActivity) {
  add_idle_pod("long", constant(5));
  history.add(running, {.model = "long", .pod = "long-1"}, ago(40), noon, constant(1));
  start();

  EXPECT_EQ(gather("long").activity.last_activity, noon) << "though nothing finished";
}

TEST_F(ActivityTest, AHoleWithEqualCountersIsBridged) {
  add_idle_pod("equal", constant(50), except(ago(40), ago(30)));
  start();

  const ActivityEvidence activity = gather("equal").activity;
  EXPECT_EQ(activity.last_activity, std::nullopt);
  expect_evidence_since_ever(activity);
}

TEST_F(ActivityTest, AHoleInWhichTheCounterGrewIsActivityAtItsEnd) {
  add_idle_pod("grew", step_at(ago(35), 50, 51), except(ago(40), ago(30)));
  start();

  const ActivityEvidence activity = gather("grew").activity;
  EXPECT_THAT(activity.last_activity, about(ago(30)));
  expect_evidence_since_ever(activity);
}

TEST_F(ActivityTest, AHoleAfterWhichTheSeriesIsGoneRestartsTheEvidence) {
  const PodLabels before{.model = "gone", .pod = "gone-0"};
  const PodLabels after{.model = "gone", .pod = "gone-1"};
  history.add(running, before, ago(150), ago(40), constant(0)).add(finished, before, ago(150), ago(40), constant(9));
  history.add(running, after, ago(30), noon, constant(0));
  start();

  const ActivityEvidence activity = gather("gone").activity;
  EXPECT_THAT(activity.evidence_since, about(ago(30)));
  EXPECT_EQ(activity.last_activity, std::nullopt);
}

// As many pods as before with the same sum of counters.
TEST_F(ActivityTest, AHoleAfterWhichAnotherPodCountsTheSameRestartsTheEvidence) {
  const PodLabels before{.model = "other", .pod = "other-0"};
  const PodLabels after{.model = "other", .pod = "other-1"};
  history.add(running, before, ago(150), ago(40), constant(0)).add(finished, before, ago(150), ago(40), constant(9));
  history.add(running, after, ago(30), noon, constant(0)).add(finished, after, ago(30), noon, constant(9));
  start();

  const ActivityEvidence activity = gather("other").activity;
  EXPECT_THAT(activity.evidence_since, about(ago(30)));
}

TEST_F(ActivityTest, AHoleAfterWhichTwoPodsHaveChangedTheirCountsRestartsTheEvidence) {
  for (const auto& [pod, from, to] : {std::tuple{"swap-0", 4, 5}, std::tuple{"swap-1", 5, 4}}) {
    const PodLabels labels{.model = "swap", .pod = pod};
    history.add(running, labels, ago(150), noon, constant(0), except(ago(40), ago(30)));
    history.add(finished, labels, ago(150), noon, step_at(ago(35), from, to), except(ago(40), ago(30)));
  }
  start();
  EXPECT_THAT(gather("swap").activity.evidence_since, about(ago(30)));
}

TEST_F(ActivityTest, ASingleFailedScrapeIsNoHole) {
  add_idle_pod("blink", constant(50), except(ago(30.1), ago(29.6)));
  start();
  expect_evidence_since_ever(gather("blink").activity);
}

TEST_F(ActivityTest, AnEmptyRequestCountWithOtherEngineSeriesIsEvidence) {
  const PodLabels pod{.model = "quiet", .pod = "quiet-0"};
  history.add(running, pod, ago(150), noon, constant(0));
  start();

  const ActivityEvidence activity = gather("quiet").activity;
  EXPECT_EQ(activity.request_count, 0);
  EXPECT_EQ(activity.last_activity, std::nullopt);
  expect_evidence_since_ever(activity);
}

// A request that runs for long would show nowhere.
TEST_F(ActivityTest, EngineSeriesThatDoNotTellWhatRunsProveNothing) {
  const PodLabels pod{.model = "renamed", .pod = "renamed-0"};
  history.add("vllm:num_requests_waiting", pod, ago(150), noon, constant(0));
  history.add(finished, pod, ago(150), noon, constant(50));
  history.add("vllm:kv_cache_usage_perc", pod, ago(150), noon, constant(0.2));
  history.add(R"(up{job="vllm",namespace="prod",pod="renamed-0"})", ago(150), noon, constant(1));
  start();
  EXPECT_EQ(gather("renamed").activity.evidence_since, std::nullopt);
}

TEST_F(ActivityTest, AnEmptyResultIsEvidenceWhereUpProvesTheScrape) {
  variants = {{.model_id = "silent", .target = "silent"},
              {.model_id = "dead", .target = "dead"},
              {.model_id = "lost", .target = "lost"}};
  history.add(R"(up{job="vllm",namespace="prod",pod="silent-7c9f8d6b5-abcde"})", ago(150), noon, constant(1));
  history.add(R"(up{job="vllm",namespace="prod",pod="dead-7c9f8d6b5-abcde"})", ago(150), noon, constant(0));
  start();

  expect_evidence_since_ever(gather("silent").activity);
  EXPECT_EQ(gather("dead").activity.evidence_since, std::nullopt) << "up is 0";
  EXPECT_EQ(gather("lost").activity.evidence_since, std::nullopt) << "not scraped at all";
  EXPECT_THAT(gather("lost").activity.data_since, Optional(Le(ago(60)))) << "but Prometheus has data";
}

TEST_F(ActivityTest, RetentionLongerThanPrometheusKeepsIsNotProven) {
  retention_period = "6h";
  add_idle_pod("young", constant(50));
  start();

  const ActivityEvidence activity = gather("young").activity;
  EXPECT_THAT(activity.evidence_since, about(ago(150)));
  EXPECT_THAT(activity.data_since, about(ago(150)));
}

TEST_F(ActivityTest, ModelsOfOneNameInTwoNamespacesAreTwo) {
  history.add(running, {.namespace_name = "a", .model = "twin", .pod = "twin-0"}, ago(150), noon, constant(3));
  history.add(running, {.namespace_name = "b", .model = "twin", .pod = "twin-0"}, ago(150), noon, constant(0));
  start();

  EXPECT_EQ(gather("twin", "a").activity.last_activity, noon);
  EXPECT_EQ(gather("twin", "b").activity.last_activity, std::nullopt);
  EXPECT_EQ(gather("twin", "a").samples.back().running, 3.0F);
  EXPECT_EQ(gather("twin", "b").samples.back().running, 0.0F);
}

TEST_F(ActivityTest, ARestartedCollectorKnowsWhatARunningOneKnows) {
  add_idle_pod("same", step_at(ago(20), 100, 3), except(ago(12), ago(8)));
  history.add(running, {.model = "same", .pod = "same-1"}, ago(55), ago(50), constant(2));
  add_idle_pod("busy", growing(ago(150), 2));
  start();
  refresh_at(noon + std::chrono::seconds{5});
  refresh_at(noon + std::chrono::seconds{35});
  refresh_at(noon + std::chrono::seconds{60});
  const ModelSignals same = gather("same");
  const ModelSignals busy = gather("busy");
  restart_collector();

  for (const auto& [before, after] : {std::pair{same, gather("same")}, std::pair{busy, gather("busy")}}) {
    EXPECT_EQ(before.as_of, after.as_of);
    EXPECT_EQ(before.activity.last_activity, after.activity.last_activity);
    EXPECT_EQ(before.activity.evidence_since, after.activity.evidence_since);
    EXPECT_EQ(before.activity.evidence_until, after.activity.evidence_until);
    EXPECT_EQ(before.activity.data_since, after.activity.data_since);
    EXPECT_EQ(before.activity.request_count, after.activity.request_count);
  }
}

}  // namespace
}  // namespace inferno::testing
