// The answers to metric requests, built without a document tree: this is the hot path. Pure; throws
// std::invalid_argument for a value that no Quantity can express. Source of fields and numbers:
// k8s.io/metrics/pkg/apis/{custom,external}_metrics (types.go, generated.proto).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/api/encoding.hpp"
#include "server/api/metrics_provider.hpp"
#include "server/api/selector.hpp"

namespace inferno::server {

enum class CustomMetricsVersion { v1beta1, v1beta2 };

inline constexpr std::string_view custom_metrics_group = "custom.metrics.k8s.io";
inline constexpr std::string_view external_metrics_group = "external.metrics.k8s.io";

// MetricValueList. `metric_selector` is what the client gave as metricLabelSelector; each item repeats it.
[[nodiscard]] std::string render_custom_metrics(Encoding encoding, CustomMetricsVersion version,
                                                std::span<const CustomMetricValue> values,
                                                const LabelSelector& metric_selector);

// ExternalMetricValueList.
[[nodiscard]] std::string render_external_metrics(Encoding encoding, std::span<const ExternalMetricValue> values);

}  // namespace inferno::server
