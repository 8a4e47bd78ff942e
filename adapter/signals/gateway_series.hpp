// What gateways (inference routers) export, by Prometheus' names. Sources: docs/integrations/gateways.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inferno::signals {

// Names from the newest to the oldest: a router that has several counts under the first of them alone, since it exports
// old ones beside new ones. No name: that signal is switched off.
struct GatewaySeries {
  // A gauge: requests that wait.
  std::vector<std::string> queue{"llm_d_epp_flow_control_queue_size", "inference_extension_flow_control_queue_size"};
  // A counter of requests; they count when they reach a replica, not before.
  std::vector<std::string> arrivals{"llm_d_epp_request_total", "inference_objective_request_total",
                                    "inference_model_request_total"};
  // A counter of failed requests. Those with this label were refused for lack of replicas; empty: all of them.
  std::vector<std::string> errors{"llm_d_epp_request_error_total", "inference_objective_request_error_total",
                                  "inference_model_request_error_total"};
  std::string error_label = "error_code";
  std::string error_value = "ServiceUnavailable";
  // The label that names the model; empty: target_model_name, or model_name where that is empty.
  std::string model_label;

  // "target_model_name, model_name", for PromQL.
  [[nodiscard]] std::string_view model_labels() const {
    return model_label.empty() ? std::string_view("target_model_name, model_name") : model_label;
  }
};

}  // namespace inferno::signals
