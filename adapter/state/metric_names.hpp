// The metrics that are served for each VariantAutoscaling, and the labels by which a selector picks from them.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "adapter/state/cluster_state.hpp"

namespace inferno {

inline constexpr std::string_view desired_replicas_metric = "inferno_desired_replicas";
inline constexpr std::string_view current_replicas_metric = "inferno_current_replicas";
inline constexpr std::string_view desired_ratio_metric = "inferno_desired_ratio";

inline constexpr std::array<std::string_view, 5> metric_label_names{
    "variantautoscaling_name", "variant_name", "variantautoscaling_namespace", "model_id", "accelerator"};

// The value of one of metric_label_names; nothing for any other name. Lives as long as the variant.
[[nodiscard]] inline std::optional<std::string_view> metric_label(const Variant& variant, std::string_view name) {
  if (name == "variantautoscaling_name" || name == "variant_name") return variant.name;
  if (name == "variantautoscaling_namespace") return variant.namespace_name;
  if (name == "model_id") return variant.model_id;
  if (name == "accelerator") return variant.accelerator;
  return std::nullopt;
}

}  // namespace inferno
