// Samples, the gateway and what is learned of full replicas, as a real Prometheus tells it.
#include <gmock/gmock.h>

#include <cmath>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::Optional;

const std::string kv = "vllm:kv_cache_usage_perc";
const std::string old_kv = "vllm:gpu_cache_usage_perc";
const std::string running = "vllm:num_requests_running";
const std::string waiting = "vllm:num_requests_waiting";
const std::string finished = "vllm:request_success_total";

class SamplesTest : public SignalsTest {
 protected:
  [[nodiscard]] GridSample newest(const std::string& model, const std::string& namespace_name = "prod") {
    return gather(model, namespace_name).samples.back();
  }

  // A pod that is full: it runs `batch` requests, others wait, and it finishes `rate` requests per scrape.
  void add_full_pod(const PodLabels& pod, double batch, double rate) {
    history.add(running, pod, ago(30), noon, constant(batch));
    history.add(waiting, pod, ago(30), noon, constant(5));
    history.add(finished, pod, ago(30), noon, growing(ago(30), rate));
  }
};

TEST_F(SamplesTest, KvUsageIsTheLargestOfAPodsEnginesAndTheSumOfPods) {
  history.add(kv, {.model = "m", .pod = "m-0", .extra = R"(engine="0")"}, ago(10), noon, constant(0.25));
  history.add(kv, {.model = "m", .pod = "m-0", .extra = R"(engine="1")"}, ago(10), noon, constant(0.5));
  history.add(kv, {.model = "m", .pod = "m-1", .extra = R"(engine="0")"}, ago(10), noon, constant(0.125));
  history.add(running, {.model = "m", .pod = "m-0", .extra = R"(engine="0")"}, ago(10), noon, constant(2));
  history.add(running, {.model = "m", .pod = "m-0", .extra = R"(engine="1")"}, ago(10), noon, constant(3));
  start();

  EXPECT_EQ(newest("m").kv, 0.625F);
  EXPECT_EQ(newest("m").running, 5.0F);
  EXPECT_EQ(newest("m").pods, 2.0F);
}

TEST_F(SamplesTest, TheOlderKvNameServesWhereTheNewOneIsMissing) {
  history.add(old_kv, {.model = "old", .pod = "old-0"}, ago(10), noon, constant(0.5));
  history.add(kv, {.model = "both", .pod = "both-0"}, ago(10), noon, constant(0.25));
  history.add(old_kv, {.model = "both", .pod = "both-0"}, ago(10), noon, constant(0.75));
  start();

  EXPECT_EQ(newest("old").kv, 0.5F);
  EXPECT_EQ(newest("both").kv, 0.25F) << "the new name where both exist";
}

TEST_F(SamplesTest, NotANumberIsNoDataAndSpoilsNothing) {
  history.add(kv, {.model = "m", .pod = "m-0"}, ago(10), noon, constant(std::nan("")));
  history.add(kv, {.model = "m", .pod = "m-1"}, ago(10), noon, constant(0.5));
  history.add(running, {.model = "m", .pod = "m-0"}, ago(10), noon, constant(std::nan("")));
  history.add(running, {.model = "m", .pod = "m-1"}, ago(10), noon, constant(4));
  start();

  EXPECT_EQ(newest("m").kv, 0.5F);
  EXPECT_EQ(newest("m").running, 4.0F);
}

TEST_F(SamplesTest, ASingleFailedScrapeDelaysTheFlowButLosesNone) {
  const PodLabels pod{.model = "m", .pod = "m-0"};
  history.add(finished, pod, ago(30), noon, growing(ago(30), 3), except(ago(2.1), ago(1.6)));
  start();

  double total = 0;
  const ModelSignals signals = gather("m");
  for (std::size_t i = 0; i < signals.samples.size(); i += 3) {  // intervals that don't overlap
    if (!std::isnan(signals.samples[i].finished_rise)) total += static_cast<double>(signals.samples[i].finished_rise);
  }
  EXPECT_THAT(total, DoubleNear(3.0 * 19, 3.0)) << "19 intervals of three requests each";
}

TEST_F(SamplesTest, TheFlowIsThatOfEachSeriesAtEveryStep) {
  const auto reason = [](const char* value) {
    return PodLabels{.model = "m", .pod = "m-0", .extra = std::string("finished_reason=\"") + value + '"'};
  };
  history.add(finished, reason("length"), ago(30), noon, growing(ago(30), 5));
  history.add(finished, reason("stop"), ago(30), noon, step_at(ago(1), 100, 3));  // reset: a sum would have fallen
  history.add(finished, reason("abort"), ago(2), noon, constant(7));              // new: a sum would have risen
  start();

  const std::vector<GridSample> samples = gather("m").samples;
  for (std::size_t back = 0; back < samples.size(); ++back) {
    // The first scrape after the reset is 48 s before noon, within the intervals of three steps.
    const bool has_reset = back >= 7 && back <= 9;
    EXPECT_EQ(samples[samples.size() - 1 - back].finished_rise, has_reset ? 8.0F : 5.0F)
        << back << " steps before noon";
  }
}

TEST_F(SamplesTest, AGatewayWithANamespaceIsScopedToIt) {
  const std::string queue = "inference_extension_flow_control_queue_size";
  history.add(queue + R"({model_name="alias",target_model_name="m"})", ago(10), noon, constant(4));
  history.add(queue + R"({namespace="prod",model_name="m"})", ago(10), noon, constant(2));
  start();

  EXPECT_EQ(newest("m", "prod").gateway_queue, 6.0F);
  EXPECT_EQ(newest("m", "test").gateway_queue, 4.0F);
  EXPECT_EQ(gather("m", "prod").wake_queue, 6);
  EXPECT_EQ(gather("m", "test").activity.last_activity, noon);
}

TEST_F(SamplesTest, ArrivalsAtTheGatewayWake) {
  const std::string labels = R"(job="gateway",instance="gateway:9090")";
  history.add("up{" + labels + "}", ago(30), noon, constant(1));
  const std::string total = "inference_objective_request_total{" + labels;
  history.add(total + R"(,model_name="rises"})", ago(30), noon, step_at(ago(0.25), 7, 8));
  history.add(total + R"(,model_name="appears"})", ago(0.25), noon, constant(1));
  history.add(total + R"(,model_name="rests"})", ago(30), noon, constant(7));
  history.add(R"(inference_objective_request_total{job="new",instance="new:9090",model_name="first-scrape"})",
              ago(0.25), noon, constant(1000));
  start();

  EXPECT_TRUE(gather("rises").wake_arrivals);
  EXPECT_TRUE(gather("appears").wake_arrivals) << "the first request of all";
  EXPECT_FALSE(gather("rests").wake_arrivals);
  EXPECT_FALSE(gather("first-scrape").wake_arrivals) << "an old count that Prometheus sees for the first time";
}

TEST_F(SamplesTest, FullReplicasTellTheirSpeedAndBatch) {
  add_full_pod({.model = "m", .pod = "m-0"}, 64, 30);
  add_full_pod({.model = "m", .pod = "m-1"}, 32, 60);
  history.add(running, {.model = "m", .pod = "m-2"}, ago(30), noon, constant(1));  // not full
  history.add(waiting, {.model = "m", .pod = "m-2"}, ago(30), noon, constant(0));
  history.add(finished, {.model = "m", .pod = "m-2"}, ago(30), noon, growing(ago(30), 1));
  start();

  const VariantSignals variant = gather("m").variants.at(0);
  EXPECT_EQ(variant.throughput, 3.0);
  EXPECT_EQ(variant.batch, 48.0);
  EXPECT_EQ(variant.throughput_observations, 20U);
}

TEST_F(SamplesTest, VariantsOfOneModelAreToldApartByTheirPods) {
  variants = {{.model_id = "m", .target = "cheap"}, {.model_id = "m", .target = "dear"}};
  add_full_pod({.model = "m", .pod = "cheap-7c9f8d6b5-abcde"}, 16, 15);
  add_full_pod({.model = "m", .pod = "dear-5d4f8c9b7-fghij"}, 64, 60);
  history.add(
      R"(vllm:cache_config_info{namespace="prod",pod="cheap-7c9f8d6b5-abcde",num_gpu_blocks="1000",block_size="16"})",
      ago(10), noon, constant(1));
  start();

  const ModelSignals signals = gather("m", "prod", {"cheap", "dear"});
  ASSERT_EQ(signals.variants.size(), 2U);
  EXPECT_EQ(signals.samples.back().running, 80.0F);
  EXPECT_EQ(signals.variants[0].samples.back().running, 16.0F);
  EXPECT_EQ(signals.variants[1].samples.back().running, 64.0F);
  EXPECT_EQ(signals.variants[0].throughput, 1.0);
  EXPECT_EQ(signals.variants[1].throughput, 4.0);
  EXPECT_EQ(signals.variants[1].batch, 64.0);
  EXPECT_EQ(signals.variants[0].kv_tokens, 16000.0);
  EXPECT_EQ(signals.variants[1].kv_tokens, std::nullopt);
}

TEST_F(SamplesTest, TheColdStartIsMeasuredFromCreationToTheFirstSample) {
  history.add(R"(kube_pod_created{namespace="prod",pod="m-0",job="kube-state-metrics"})", ago(20), noon,
              constant(static_cast<double>(
                  std::chrono::duration_cast<std::chrono::seconds>(ago(12).time_since_epoch()).count())));
  history.add(running, {.model = "m", .pod = "m-0"}, ago(10), noon, constant(0));
  start();

  const auto cold_start = gather("m").cold_start;
  ASSERT_TRUE(cold_start);
  EXPECT_GE(*cold_start, std::chrono::seconds{120});
  EXPECT_LE(*cold_start, std::chrono::seconds{150}) << "to the grid";
}

TEST_F(SamplesTest, AnAnswerOverPrometheusLimitIsAskedForInPieces) {
  for (int i = 0; i < 20; ++i) {
    history.add(running, {.model = "m", .pod = "m-" + std::to_string(i)}, ago(30), noon, constant(1));
  }
  prometheus_flags = {"--query.max-samples=600"};
  failures_expected = true;
  start();
  for (const GridSample& sample : gather("m").samples) EXPECT_EQ(sample.running, 20.0F);
}

}  // namespace
}  // namespace inferno::testing
