// What is learned of full replicas and of starts, as a real Prometheus tells it.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;
using ::testing::Optional;

class CalibrationTest : public SignalsTest {
 protected:
  // A pod that is full: it runs `batch` requests, others wait, and it finishes `rate` requests per scrape.
  void add_full_pod(const PodLabels& pod, double batch, double rate) {
    history.add(running, pod, ago(30), noon, constant(batch));
    history.add(waiting, pod, ago(30), noon, constant(5));
    history.add(finished, pod, ago(30), noon, growing(ago(30), rate));
  }

  void add_start(const std::string& pod, TimePoint created, TimePoint first_sample) {
    history.add(R"(kube_pod_created{namespace="prod",job="kube-state-metrics",pod=")" + pod + R"("})", created, noon,
                constant(static_cast<double>(
                    std::chrono::duration_cast<std::chrono::seconds>(created.time_since_epoch()).count())));
    history.add(running, {.pod = pod}, first_sample, noon, constant(0));
  }
};

TEST_F(CalibrationTest, FullReplicasTellTheirSpeedAndBatch) {
  add_full_pod({.pod = pod_of("m", 0)}, 64, 30);
  add_full_pod({.pod = pod_of("m", 1)}, 32, 60);
  const PodLabels not_full{.pod = pod_of("m", 2)};
  history.add(running, not_full, ago(30), noon, constant(1));
  history.add(waiting, not_full, ago(30), noon, constant(0));
  history.add(finished, not_full, ago(30), noon, growing(ago(30), 1));
  start();

  const TargetSignals signals = target();
  EXPECT_EQ(signals.throughput, 3.0);
  EXPECT_EQ(signals.batch, 48.0);
  EXPECT_EQ(signals.throughput_observations, 20U);
  EXPECT_EQ(signals.batch_observations, 20U);
}

TEST_F(CalibrationTest, TheRanksOfOnePodAreOneReplica) {
  add_full_pod({.extra = R"(engine="0")"}, 64, 30);
  add_full_pod({.extra = R"(engine="1")"}, 32, 60);
  start();
  EXPECT_EQ(target().throughput, 6.0);
  EXPECT_EQ(target().batch, 96.0);
}

TEST_F(CalibrationTest, EachTargetHasItsOwn) {
  variants = {{.model_id = "m", .target = "cheap"}, {.model_id = "m", .target = "dear"}};
  add_full_pod({.pod = pod_of("cheap")}, 16, 15);
  add_full_pod({.pod = pod_of("dear")}, 64, 60);
  history.add(R"(vllm:cache_config_info{namespace="prod",num_gpu_blocks="1000",block_size="16",pod=")" +
                  pod_of("cheap") + R"("})",
              ago(10), noon, constant(1));
  start();

  const std::vector<TargetSignals> targets = gather().targets;
  EXPECT_EQ(targets[0].throughput, 1.0);
  EXPECT_EQ(targets[1].throughput, 4.0);
  EXPECT_EQ(targets[0].batch, 16.0);
  EXPECT_EQ(targets[1].batch, 64.0);
  EXPECT_EQ(targets[0].kv_tokens, 16000.0);
  EXPECT_EQ(targets[1].kv_tokens, std::nullopt);
}

TEST_F(CalibrationTest, AColdStartIsFromCreationToTheFirstSample) {
  add_start(pod_of("m"), ago(12), ago(10));
  start();
  EXPECT_THAT(gather().cold_start, Optional(AllOf(Ge(std::chrono::seconds{120}), Le(std::chrono::seconds{150}))))
      << "to the grid";
}

TEST_F(CalibrationTest, AnOldPodThatIsFirstScrapedNowTellsNoColdStart) {
  add_start(pod_of("m"), ago(45), ago(10));
  start();
  EXPECT_EQ(gather().cold_start, std::nullopt);
}

}  // namespace
}  // namespace inferno::testing
