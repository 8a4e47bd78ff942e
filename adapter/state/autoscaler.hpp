// A HorizontalPodAutoscaler (autoscaling/v2), reduced to what matters to its scale target's variant.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferno {

struct AutoscalerMetric {
  enum class Source : std::uint8_t { object = 1, external, other };
  Source source = Source::other;
  std::string name;            // metric.name
  std::string described_kind;  // of an object metric
  std::string described_name;
  std::map<std::string, std::string> match_labels;  // metric.selector
  bool has_match_expressions = false;
  std::string target_type;      // "AverageValue", "Value", "Utilization"
  std::string target_quantity;  // its value as written: "1"

  bool operator==(const AutoscalerMetric&) const = default;
};

struct Autoscaler {
  std::string name;
  std::int32_t min_replicas = 1;
  std::int32_t max_replicas = 0;
  std::vector<AutoscalerMetric> metrics;
  std::optional<double> scale_up_tolerance;  // behavior.scaleUp.tolerance; the cluster's (0.1) where absent
  bool scaled_to_zero = false;               // condition ScaledToZero: it will wake what it put to zero
  bool scaling_disabled = false;             // condition ScalingActive is False, reason ScalingDisabled

  bool operator==(const Autoscaler&) const = default;
};

}  // namespace inferno
