// The metrics that are served for each VariantAutoscaling.
#pragma once

#include <string_view>

namespace inferno {

inline constexpr std::string_view desired_replicas_metric = "inferno_desired_replicas";
inline constexpr std::string_view current_replicas_metric = "inferno_current_replicas";
inline constexpr std::string_view desired_ratio_metric = "inferno_desired_ratio";
// Of all of them, and of the adapter's own telemetry.
inline constexpr std::string_view own_metric_prefix = "inferno_";

}  // namespace inferno
