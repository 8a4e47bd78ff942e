// What is made of the series of each model server (docs/integrations/engines.md), by a real Prometheus. Names, labels
// and what they count are those of the servers' sources.
#include <gmock/gmock.h>

#include <cmath>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Optional;

class EnginesTest : public SignalsTest {
 protected:
  // A series of the pod of target "m", over the last two and a half hours.
  void add_series(const std::string& name, const std::string& labels, const FleetHistory::Value& value) {
    history.add(name + R"({namespace="prod",pod=")" + pod_of("m") + '"' + (labels.empty() ? "" : ",") + labels + '}',
                ago(150), noon, value);
  }
  void run(Engine engine) {
    variants = {{.model_id = "m", .engine = engine}};
    start();
  }
  // Three requests run, two wait, the KV cache is half full, one request was finished within the last interval.
  void expect_busy() {
    const GridSample sample = newest();
    EXPECT_EQ(sample.running, 3.0F);
    EXPECT_EQ(sample.waiting, 2.0F);
    EXPECT_EQ(sample.kv, 0.5F);
    EXPECT_EQ(sample.replicas, 1.0F);
    EXPECT_EQ(sample.finished_rise, 1.0F);
    EXPECT_EQ(target().evidence.last_use, noon);
    EXPECT_THAT(gather().pods_of_others, IsEmpty());
  }
  // Its last request was finished 30 minutes ago, as the next scrape shows.
  void expect_idle_since_half_an_hour() {
    EXPECT_EQ(newest().running, 0.0F);
    EXPECT_EQ(newest().replicas, 1.0F);
    EXPECT_EQ(target().evidence.last_use, ago(29.75));
    EXPECT_THAT(target().evidence.since, Optional(Le(ago(60))));
    EXPECT_EQ(target().evidence.until, ago(0.25));
    EXPECT_EQ(target().evidence.request_count, 1);
  }

  const std::string m = R"(model_name="m")";
  const FleetHistory::Value one_per_scrape = growing(ago(150), 1);
  const FleetHistory::Value one_half_an_hour_ago = step_at(ago(30), 0, 1);
};

TEST_F(EnginesTest, VllmUnderTheNamesOfKServeCountsOnceWhereBothAreThere) {
  for (const char* prefix : {"kserve_vllm:", "vllm:"}) {
    const std::string start = prefix;
    add_series(start + "num_requests_running", m + R"(,engine="0")", constant(3));
    add_series(start + "num_requests_waiting", m + R"(,engine="0")", constant(2));
    add_series(start + "kv_cache_usage_perc", m + R"(,engine="0")", constant(0.5));
    add_series(start + "request_success_total", m + R"(,engine="0",finished_reason="stop")", one_per_scrape);
  }
  run(Engine::kserve_vllm);
  expect_busy();
}

TEST_F(EnginesTest, VllmInKServeWithoutOtherNames) {
  add_series("vllm:num_requests_running", m, constant(0));
  add_series("vllm:num_requests_waiting", m, constant(0));
  add_series("vllm:request_success_total", m, one_half_an_hour_ago);
  run(Engine::kserve_vllm);
  expect_idle_since_half_an_hour();
}

TEST_F(EnginesTest, VllmInRayServe) {
  const std::string replica = m + R"(,ReplicaId="r1",WorkerId="w1")";
  add_series("ray_vllm_num_requests_running", replica, constant(3));
  add_series("ray_vllm_num_requests_waiting", replica, constant(2));
  add_series("ray_vllm_kv_cache_usage_perc", replica, constant(0.5));
  add_series("ray_vllm_request_success_total", replica + R"(,finished_reason="stop")", one_per_scrape);
  run(Engine::ray_vllm);
  expect_busy();
}

TEST_F(EnginesTest, LmdeployAndNimUseTheOlderNameOfTheKvGauge) {
  for (const auto& [engine, prefix] : {std::pair(Engine::lmdeploy, "lmdeploy:"), std::pair(Engine::nim, "")}) {
    const std::string start = prefix;
    const std::string model = start + "m";
    variants.push_back({.model_id = model, .target = "t" + std::to_string(variants.size()), .engine = engine});
    const PodLabels labels{.model = model, .pod = pod_of(variants.back().target)};
    history.add(start + "num_requests_running", labels, ago(10), noon, constant(1));
    history.add(start + "gpu_cache_usage_perc", labels, ago(10), noon, constant(0.25));
  }
  start();
  for (const char* model : {"lmdeploy:m", "m"}) {
    const GridSample sample = gather(model).targets.back().samples.back();
    EXPECT_EQ(sample.kv, 0.25F) << model;
    EXPECT_EQ(sample.running, 1.0F) << model;
  }
}

// Each rank of tensor parallelism repeats what its data parallel rank says, and each priority's share stands beside the
// total.
TEST_F(EnginesTest, SglangAddsUpDataParallelRanksOnly) {
  for (const auto& [rank, busy, queued] : {std::tuple("0", 2, 2), std::tuple("1", 1, 0)}) {
    for (const char* tp : {"0", "1"}) {
      const std::string labels =
          m + R"(,engine_type="unified",dp_rank=")" + rank + R"(",tp_rank=")" + tp + R"(",pp_rank="0")";
      add_series("sglang:num_running_reqs", labels, constant(busy));
      add_series("sglang:num_running_reqs", labels + R"(,priority="5")", constant(busy));
      add_series("sglang:num_queue_reqs", labels, constant(queued));
      add_series("sglang:token_usage", labels, constant(0.5));
    }
  }
  add_series("sglang:num_requests_total", m + R"(,engine_type="unified",is_streaming="true")", one_per_scrape);
  add_series("sglang:num_requests_total", m + R"(,engine_type="unified",is_streaming="false")", constant(1000));
  run(Engine::sglang);
  expect_busy();
}

TEST_F(EnginesTest, SglangCreatesItsCounterWithTheFirstRequest) {
  add_series("sglang:num_running_reqs", m, constant(0));
  history.add(R"(sglang:num_requests_total{namespace="prod",pod=")" + pod_of("m") + R"(",model_name="m"})", ago(30),
              noon, constant(1));
  run(Engine::sglang);
  EXPECT_EQ(target().evidence.last_use, ago(29.75)) << "the step that sees its first scrape";
  EXPECT_EQ(target().evidence.request_count, 1);
}

TEST_F(EnginesTest, TensorRtLlm) {
  const std::string labels = m + R"(,engine_type="trtllm")";
  add_series("trtllm_num_requests_running", labels, constant(3));
  add_series("trtllm_num_requests_waiting", labels, constant(2));
  add_series("trtllm_kv_cache_utilization", labels, constant(0.5));
  add_series("trtllm_request_success_total", labels + R"(,finished_reason="stop")", one_per_scrape);
  run(Engine::trtllm);
  expect_busy();
}

// `model` is the name of the backend's model, and each step of an ensemble counts the request.
TEST_F(EnginesTest, TritonTellsUseByItsCountersButNotHowManyRequestsItFinished) {
  const std::string model = R"(model="tensorrt_llm",version="1")";
  add_series("nv_trt_llm_request_metrics", model + R"(,request_type="scheduled")", constant(3));
  add_series("nv_trt_llm_request_metrics", model + R"(,request_type="waiting")", constant(2));
  add_series("nv_trt_llm_request_metrics", model + R"(,request_type="max")", constant(64));
  add_series("nv_trt_llm_kv_cache_block_metrics", model + R"(,kv_cache_block_type="fraction")", constant(0.5));
  add_series("nv_trt_llm_kv_cache_block_metrics", model + R"(,kv_cache_block_type="max")", constant(5000));
  for (const char* step : {"ensemble", "preprocessing", "tensorrt_llm", "postprocessing"}) {
    add_series("nv_inference_request_success", std::string(R"(version="1",model=")") + step + '"', one_per_scrape);
  }
  run(Engine::triton);
  expect_busy();
  EXPECT_EQ(target().throughput_observations, 0U);
}

TEST_F(EnginesTest, TgiHasNoModelNameAndTellsItsKvCacheInTokens) {
  add_series("tgi_batch_current_size", "", constant(3));
  add_series("tgi_queue_size", "", constant(2));
  add_series("tgi_batch_current_max_tokens", "", constant(8'000));
  add_series("tgi_batch_max_total_tokens", "", constant(16'000));
  add_series("tgi_request_success", "", one_per_scrape);
  run(Engine::tgi);
  expect_busy();
}

TEST_F(EnginesTest, TgiIsIdleByItsOwnSeries) {
  add_series("tgi_batch_current_size", "", constant(0));
  add_series("tgi_queue_size", "", constant(0));
  add_series("tgi_request_success", "", one_half_an_hour_ago);
  run(Engine::tgi);
  expect_idle_since_half_an_hour();
}

TEST_F(EnginesTest, LlamaCppTellsUseByItsTokens) {
  add_series("llamacpp:requests_processing", "", constant(0));
  add_series("llamacpp:requests_deferred", "", constant(0));
  add_series("llamacpp:tokens_predicted_total", "", step_at(ago(30), 5'000, 5'400));
  run(Engine::llamacpp);
  expect_idle_since_half_an_hour();
  EXPECT_TRUE(std::isnan(newest().kv));
}

TEST_F(EnginesTest, OfAFleetAreTakenApart) {
  variants = {{.model_id = "m", .target = "a"},
              {.model_id = "m", .target = "b", .engine = Engine::sglang},
              {.model_id = "n", .target = "c", .engine = Engine::tgi}};
  history.add(running, {.pod = pod_of("a")}, ago(10), noon, constant(1));
  history.add("sglang:num_running_reqs", {.pod = pod_of("b")}, ago(10), noon, constant(2));
  history.add(R"(tgi_batch_current_size{namespace="prod",pod=")" + pod_of("c") + "\"}", ago(10), noon, constant(3));
  start();
  EXPECT_EQ(gather("m").targets.at(0).samples.back().running, 1.0F);
  EXPECT_EQ(gather("m").targets.at(1).samples.back().running, 2.0F);
  EXPECT_EQ(newest("n").running, 3.0F);
}

}  // namespace
}  // namespace inferno::testing
