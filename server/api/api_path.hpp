// Reads the path of a metric request. Pure. Source of the forms: custom-metrics-apiserver/pkg/apiserver/installer.
//
//   /apis/custom.metrics.k8s.io/{version}/namespaces/{namespace}/{resource}[.{group}]/{name}/{metric}   of an object;
//   `*` for all /apis/custom.metrics.k8s.io/{version}/namespaces/{namespace}/metrics/{metric}                       of
//   the namespace itself /apis/custom.metrics.k8s.io/{version}/{resource}[.{group}]/{name}/{metric} of a cluster-scoped
//   object /apis/external.metrics.k8s.io/v1beta1/namespaces/{namespace}/{metric}
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "server/api/metric_value_list.hpp"

namespace inferno::server {

// All views point where the segments point.
struct CustomMetricPath {
  CustomMetricsVersion version = CustomMetricsVersion::v1beta2;
  std::string_view namespace_name;  // empty for cluster-scoped objects
  std::string_view resource;        // plural, without the group
  std::string_view group;           // empty where the path doesn't name it
  std::string_view name;
  std::string_view metric;
};

struct ExternalMetricPath {
  std::string_view namespace_name;
  std::string_view metric;
};

// monostate: no metric request.
using ApiPath = std::variant<std::monostate, CustomMetricPath, ExternalMetricPath>;

[[nodiscard]] ApiPath parse_api_path(std::span<const std::string_view> segments);

}  // namespace inferno::server
