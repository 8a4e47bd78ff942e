// The labels of a metric's values, by which a selector picks from them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "adapter/state/cluster_state.hpp"

namespace inferno {

// An alias is asked for by what was written for another controller, whose series have labels of other names: a value
// under an alias carries both. Source: llm-d workload-variant-autoscaler, internal/constants/metrics.go
// (variant_name, namespace, accelerator_type); `exported_namespace` is what Prometheus makes of `namespace` where the
// scraped pod has one too, and so what selectors written for prometheus-adapter name.
enum class LabelSet : std::uint8_t { own = 1, alias };

inline constexpr std::array<std::string_view, 5> own_label_names{
    "variantautoscaling_name", "variant_name", "variantautoscaling_namespace", "model_id", "accelerator"};
inline constexpr std::array<std::string_view, 8> alias_label_names{"variantautoscaling_name",
                                                                   "variant_name",
                                                                   "variantautoscaling_namespace",
                                                                   "model_id",
                                                                   "accelerator",
                                                                   "accelerator_type",
                                                                   "namespace",
                                                                   "exported_namespace"};

[[nodiscard]] constexpr std::span<const std::string_view> metric_label_names(LabelSet set) {
  if (set == LabelSet::alias) return alias_label_names;
  return own_label_names;
}

// The value of one of metric_label_names(set); nothing for any other name. Lives as long as the variant.
[[nodiscard]] inline std::optional<std::string_view> metric_label(const Variant& variant, std::string_view name,
                                                                  LabelSet set) {
  if (name == "variantautoscaling_name" || name == "variant_name") return variant.name;
  if (name == "variantautoscaling_namespace") return variant.namespace_name;
  if (name == "model_id") return variant.model_id;
  if (name == "accelerator") return variant.accelerator;
  if (set == LabelSet::own) return std::nullopt;
  if (name == "accelerator_type") return variant.accelerator;
  if (name == "namespace" || name == "exported_namespace") return variant.namespace_name;
  return std::nullopt;
}

}  // namespace inferno
