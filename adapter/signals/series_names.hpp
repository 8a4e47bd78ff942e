// Names of the Prometheus series that signals are read from. Configurable: platforms prefix them, and upstream renames
// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inferno::signals {

// A `fallback` is used for series that exist only under the older name. An empty name switches its signal off.
struct SeriesNames {
  std::string kv_usage = "vllm:kv_cache_usage_perc";
  std::string kv_usage_fallback = "vllm:gpu_cache_usage_perc";
  std::string running = "vllm:num_requests_running";
  std::string waiting = "vllm:num_requests_waiting";
  std::string finished = "vllm:request_success_total";
  std::string cache_config = "vllm:cache_config_info";  // labels num_gpu_blocks, block_size

  std::string gateway_queue = "inference_extension_flow_control_queue_size";
  std::string gateway_arrivals = "inference_objective_request_total";
  std::string gateway_arrivals_fallback = "inference_model_request_total";

  std::string pod_created = "kube_pod_created";  // of kube-state-metrics: seconds since the epoch
  std::string pod_created_fallback = "kube_pod_start_time";
  std::string up = "up";

  // The defaults with another prefix than "vllm:" for what the engine exports, e.g. "kserve_vllm:".
  [[nodiscard]] static SeriesNames with_engine_prefix(std::string_view prefix);

  // One line per name that PromQL would not take as a metric name, and per required name that is empty.
  [[nodiscard]] std::vector<std::string> problems() const;
};

}  // namespace inferno::signals
