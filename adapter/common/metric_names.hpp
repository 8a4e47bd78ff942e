// The metrics that are served for each VariantAutoscaling, and what metrics of others may be called.
#pragma once

#include <string_view>

namespace inferno {

inline constexpr std::string_view desired_replicas_metric = "inferno_desired_replicas";
inline constexpr std::string_view current_replicas_metric = "inferno_current_replicas";
inline constexpr std::string_view desired_ratio_metric = "inferno_desired_ratio";
// Of all of them, and of the adapter's own telemetry.
inline constexpr std::string_view own_metric_prefix = "inferno_";

// A Prometheus metric name, or the start of one.
[[nodiscard]] bool is_metric_name(std::string_view text);
// A metric's name, followed by label matchers in braces or not: sglang:num_running_reqs{priority=""}. What is within
// the braces is not looked at.
[[nodiscard]] bool is_series(std::string_view text);

}  // namespace inferno
