// The samples of one target, as a real Prometheus tells them.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::DoubleNear;

class SamplesTest : public SignalsTest {};

TEST_F(SamplesTest, AreTheSumOfTheTargetsPods) {
  for (int pod = 0; pod < 3; ++pod) {
    const PodLabels labels{.pod = pod_of("m", pod)};
    history.add(kv, labels, ago(10), noon, constant(0.25));
    history.add(running, labels, ago(10), noon, constant(2));
    history.add(waiting, labels, ago(10), noon, constant(pod));
    history.add(finished, labels, ago(10), noon, growing(ago(10), 4));
  }
  start();

  const GridSample sample = newest();
  EXPECT_EQ(sample.kv, 0.75F);
  EXPECT_EQ(sample.running, 6.0F);
  EXPECT_EQ(sample.waiting, 3.0F);
  EXPECT_EQ(sample.replicas, 3.0F);
  EXPECT_EQ(sample.finished_rise, 12.0F);
  EXPECT_TRUE(std::isnan(sample.deferred));
  EXPECT_TRUE(std::isnan(sample.gateway_queue));
}

TEST_F(SamplesTest, TheRanksOfOnePodAreOneReplica) {
  for (const auto& [engine, usage, requests] : {std::tuple{"0", 0.25, 2}, std::tuple{"1", 0.5, 3}}) {
    const PodLabels labels{.extra = std::string("engine=\"") + engine + '"'};
    history.add(kv, labels, ago(10), noon, constant(usage));
    history.add(running, labels, ago(10), noon, constant(requests));
    history.add(waiting, labels, ago(10), noon, constant(1));
    history.add(finished, labels, ago(10), noon, growing(ago(10), requests));
  }
  start();

  EXPECT_EQ(newest().kv, 0.5F) << "the fullest decides";
  EXPECT_EQ(newest().running, 5.0F);
  EXPECT_EQ(newest().waiting, 2.0F);
  EXPECT_EQ(newest().replicas, 1.0F);
  EXPECT_EQ(newest().finished_rise, 5.0F);
}

TEST_F(SamplesTest, EitherNameOfTheKvGaugeWillDo) {
  variants = {{.model_id = "old"}, {.model_id = "both"}};
  const std::string old_kv = "vllm:gpu_cache_usage_perc";
  history.add(old_kv, {.model = "old", .pod = pod_of("old")}, ago(10), noon, constant(0.5));
  history.add(kv, {.model = "both", .pod = pod_of("both")}, ago(10), noon, constant(0.25));
  history.add(old_kv, {.model = "both", .pod = pod_of("both")}, ago(10), noon, constant(0.25));
  start();

  EXPECT_EQ(newest("old").kv, 0.5F);
  EXPECT_EQ(newest("both").kv, 0.25F) << "releases of the transition have both";
}

TEST_F(SamplesTest, NotANumberIsNoDataAndSpoilsNothing) {
  history.add(kv, {}, ago(10), noon, constant(std::nan("")));
  history.add(kv, {.pod = pod_of("m", 1)}, ago(10), noon, constant(0.5));
  history.add(running, {}, ago(10), noon, constant(std::nan("")));
  history.add(running, {.pod = pod_of("m", 1)}, ago(10), noon, constant(4));
  start();

  EXPECT_EQ(newest().kv, 0.5F);
  EXPECT_EQ(newest().running, 4.0F);
  EXPECT_EQ(newest().replicas, 1.0F) << "the other does not tell how many it runs";
  EXPECT_EQ(target().evidence.replicas, 1);
}

TEST_F(SamplesTest, AnInfiniteSumIsNoDataButProvesUse) {
  history.add(running, {}, ago(10), noon, constant(std::numeric_limits<double>::infinity()));
  start();
  EXPECT_TRUE(std::isnan(newest().running));
  EXPECT_EQ(newest().replicas, 1.0F);
  EXPECT_EQ(target().evidence.last_use, ago(0.25));
}

TEST_F(SamplesTest, ASingleFailedScrapeDelaysTheFlowButLosesNone) {
  history.add(finished, {}, ago(30), noon, growing(ago(30), 3), except(ago(2.1), ago(1.6)));
  start();

  double total = 0;
  const std::vector<GridSample> samples = target().samples;
  for (std::size_t i = 0; i < samples.size(); i += 3) {  // intervals that don't overlap
    if (!std::isnan(samples[i].finished_rise)) total += static_cast<double>(samples[i].finished_rise);
  }
  EXPECT_THAT(total, DoubleNear(3.0 * 19, 3.0)) << "19 intervals of three requests each";
}

TEST_F(SamplesTest, AnEngineThatRestartsFinishedNothingMeanwhileButSpoilsNoOthers) {
  history.add(running, {}, ago(30), noon, constant(1));
  history.add(running, {.pod = pod_of("m", 1)}, ago(30), noon, constant(1));
  history.add(finished, {}, ago(30), noon, growing(ago(30), 5));
  history.add(finished, {.pod = pod_of("m", 1)}, ago(30), noon, step_at(ago(1), 1000, 3));
  start();
  for (const GridSample& sample : target().samples) EXPECT_EQ(sample.finished_rise, 5.0F);
}

TEST_F(SamplesTest, AReasonThatAppearsOnAnEngineThatWasSeenCountsFromZero) {
  const auto reason = [](const char* value) {
    return PodLabels{.extra = std::string("finished_reason=\"") + value + '"'};
  };
  history.add(finished, reason("length"), ago(30), noon, growing(ago(30), 5));
  history.add(finished, reason("stop"), ago(2), noon, constant(7));
  start();
  const std::vector<GridSample> samples = target().samples;
  for (std::size_t back = 0; back < samples.size(); ++back) {
    // The first scrape with it is 108 s before noon, within the intervals of three steps.
    const bool appears = back >= 19 && back <= 21;
    EXPECT_EQ(samples[samples.size() - 1 - back].finished_rise, appears ? 12.0F : 5.0F) << back << " steps before noon";
  }
}

// Some engines create a counter with the first request.
TEST_F(SamplesTest, ACounterThatAppearsCountsFromZeroOnlyOnAPodThatWasSeenBefore) {
  variants = {{.model_id = "seen"}, {.model_id = "new"}};
  const PodLabels seen{.model = "seen", .pod = pod_of("seen")};
  const PodLabels fresh{.model = "new", .pod = pod_of("new")};
  history.add(running, seen, ago(30), noon, constant(0)).add(finished, seen, ago(2), noon, constant(1));
  history.add(running, fresh, ago(2), noon, constant(0)).add(finished, fresh, ago(2), noon, constant(1000));
  start();

  const IdleEvidence of_seen = target("seen").evidence;
  EXPECT_EQ(of_seen.request_count, 1);
  EXPECT_THAT(of_seen.last_use, ::testing::Optional(ago(1.75)));
  const IdleEvidence of_new = target("new").evidence;
  EXPECT_EQ(of_new.request_count, 0) << "nothing tells when its requests finished";
  EXPECT_EQ(of_new.last_use, std::nullopt);
  EXPECT_THAT(of_new.since, ::testing::Optional(ago(1.75))) << "but before that nothing is proven";
}

TEST_F(SamplesTest, DeferredRequestsAreToldBesideThoseThatWait) {
  variants = {{.model_id = "m", .role = "decode"}, {.model_id = "m", .target = "m-prefill", .role = "prefill"}};
  const std::string by_reason = "vllm:num_requests_waiting_by_reason";
  for (const char* engine : {"0", "1"}) {
    const std::string labels = std::string("engine=\"") + engine + '"';
    history.add(waiting, {.extra = labels}, ago(10), noon, constant(6));
    history.add(by_reason, {.extra = labels + R"(,reason="deferred")"}, ago(10), noon, constant(4));
    history.add(by_reason, {.extra = labels + R"(,reason="capacity")"}, ago(10), noon, constant(2));
  }
  start();
  EXPECT_EQ(newest().waiting, 12.0F);
  EXPECT_EQ(newest().deferred, 8.0F);
}

TEST_F(SamplesTest, AnAnswerOverPrometheusLimitIsAskedForInPieces) {
  for (int i = 0; i < 20; ++i) history.add(running, {.pod = pod_of("m", i)}, ago(30), noon, constant(1));
  prometheus_flags = {"--query.max-samples=600"};
  failures_expected = true;
  start();
  for (const GridSample& sample : target().samples) EXPECT_EQ(sample.running, 20.0F);
}

}  // namespace
}  // namespace inferno::testing
