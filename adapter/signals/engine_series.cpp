#include "adapter/signals/engine_series.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "adapter/common/metric_names.hpp"

namespace inferno::signals {
namespace {

// KServe's PodMonitor renames the series only on some platforms: either name will do.
EngineSeries renamed_or_not(EngineSeries series, EngineSeries as_exported) {
  const auto append = [&](SeriesList EngineSeries::* list) {
    std::ranges::move(as_exported.*list, std::back_inserter(series.*list));
  };
  append(&EngineSeries::running);
  append(&EngineSeries::waiting);
  append(&EngineSeries::kv_usage);
  append(&EngineSeries::finished);
  append(&EngineSeries::waiting_by_reason);
  append(&EngineSeries::cache_config);
  return series;
}

}  // namespace

EngineSeries EngineSeries::vllm(std::string_view prefix) {
  const auto name = [&](std::string_view rest) { return std::string(prefix).append(rest); };
  return {.running = {name("num_requests_running")},
          .waiting = {name("num_requests_waiting")},
          .kv_usage = {name("kv_cache_usage_perc"), name("gpu_cache_usage_perc")},  // before vLLM 0.12
          .finished = {name("request_success_total")},
          .waiting_by_reason = {name("num_requests_waiting_by_reason")},
          .cache_config = {name("cache_config_info")},
          .kv_capacity = {},
          .finished_are_requests = true};
}

EngineTable::EngineTable() {
  const auto set = [this](Engine engine, EngineSeries series) {
    series_.at(static_cast<std::size_t>(engine)) = std::move(series);
  };
  set(Engine::vllm, EngineSeries::vllm("vllm:"));
  set(Engine::kserve_vllm, renamed_or_not(EngineSeries::vllm("kserve_vllm:"), EngineSeries::vllm("vllm:")));
  set(Engine::ray_vllm, EngineSeries::vllm("ray_vllm_"));
  set(Engine::lmdeploy, EngineSeries::vllm("lmdeploy:"));
  set(Engine::nim, EngineSeries::vllm(""));
  // With priority scheduling the total is under priority="", and each priority's share beside it.
  set(Engine::sglang, {.running = {R"(sglang:num_running_reqs{priority=""})"},
                       .waiting = {R"(sglang:num_queue_reqs{priority=""})"},
                       .kv_usage = {"sglang:token_usage"},
                       .finished = {"sglang:num_requests_total"},
                       .waiting_by_reason = {},
                       .cache_config = {},
                       .kv_capacity = {},
                       .finished_are_requests = true});
  set(Engine::trtllm, {.running = {"trtllm_num_requests_running"},
                       .waiting = {"trtllm_num_requests_waiting"},
                       .kv_usage = {"trtllm_kv_cache_utilization"},
                       .finished = {"trtllm_request_success_total"},
                       .waiting_by_reason = {},
                       .cache_config = {},
                       .kv_capacity = {},
                       .finished_are_requests = true});
  // An ensemble and each of its steps count a request.
  set(Engine::triton, {.running = {R"(nv_trt_llm_request_metrics{request_type="scheduled"})"},
                       .waiting = {R"(nv_trt_llm_request_metrics{request_type="waiting"})"},
                       .kv_usage = {R"(nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction"})"},
                       .finished = {"nv_inference_request_success"},
                       .waiting_by_reason = {},
                       .cache_config = {},
                       .kv_capacity = {},
                       .finished_are_requests = false});
  set(Engine::tgi, {.running = {"tgi_batch_current_size"},
                    .waiting = {"tgi_queue_size"},
                    .kv_usage = {"tgi_batch_current_max_tokens"},
                    .finished = {"tgi_request_success"},
                    .waiting_by_reason = {},
                    .cache_config = {},
                    .kv_capacity = {"tgi_batch_max_total_tokens"},
                    .finished_are_requests = true});
  // It counts no requests.
  set(Engine::llamacpp, {.running = {"llamacpp:requests_processing"},
                         .waiting = {"llamacpp:requests_deferred"},
                         .kv_usage = {},
                         .finished = {"llamacpp:tokens_predicted_total"},
                         .waiting_by_reason = {},
                         .cache_config = {},
                         .kv_capacity = {},
                         .finished_are_requests = false});
}

void EngineTable::use_for_all(EngineSeries series) {
  series_.front() = std::move(series);
  is_one_ = true;
}

std::vector<std::string> EngineTable::problems() const {
  std::vector<std::string> problems;
  const auto check = [&](std::string_view what, const SeriesList& names, bool required) {
    if (names.empty() && required) problems.push_back("no series for " + std::string(what));
    for (const std::string& name : names) {
      if (is_series(name)) continue;
      problems.push_back("series for " + std::string(what) + " is \"" + name +
                         "\"; expected a metric name, with label matchers in braces where it needs them");
    }
  };
  for (std::size_t index = 0; index < (is_one_ ? 1 : engine_count); ++index) {
    const EngineSeries& series = series_.at(index);
    const bool required = is_one_ || !running_series(static_cast<Engine>(index)).empty();
    check("running requests", series.running, required);
    check("waiting requests", series.waiting, required);
    check("finished requests", series.finished, required);
    check("KV usage", series.kv_usage, false);
    check("KV capacity", series.kv_capacity, false);
    check("waiting requests by reason", series.waiting_by_reason, false);
    check("cache configuration", series.cache_config, false);
  }
  return problems;
}

}  // namespace inferno::signals
