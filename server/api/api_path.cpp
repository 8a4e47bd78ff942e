#include "server/api/api_path.hpp"

#include <cstddef>

namespace inferno::server {
namespace {

void set_resource(CustomMetricPath& path, std::string_view qualified) {
  const std::size_t dot = qualified.find('.');
  path.resource = qualified.substr(0, dot);
  if (dot != std::string_view::npos) path.group = qualified.substr(dot + 1);
}

// `rest` is what follows the version.
ApiPath custom_metric_path(CustomMetricsVersion version, std::span<const std::string_view> rest) {
  CustomMetricPath path;
  path.version = version;
  if (rest.size() == 5 && rest[0] == "namespaces") {
    path.namespace_name = rest[1];
    set_resource(path, rest[2]);
    path.name = rest[3];
    path.metric = rest[4];
    return path;
  }
  if (rest.size() == 4 && rest[0] == "namespaces" && rest[2] == "metrics") {
    path.resource = rest[0];
    path.name = rest[1];
    path.metric = rest[3];
    return path;
  }
  if (rest.size() == 3) {
    set_resource(path, rest[0]);
    path.name = rest[1];
    path.metric = rest[2];
    return path;
  }
  return {};
}

}  // namespace

ApiPath parse_api_path(std::span<const std::string_view> segments) {
  if (segments.size() < 4 || segments[0] != "apis") return {};
  const std::string_view version = segments[2];
  const auto rest = segments.subspan(3);
  if (segments[1] == custom_metrics_group) {
    if (version == "v1beta2") return custom_metric_path(CustomMetricsVersion::v1beta2, rest);
    if (version == "v1beta1") return custom_metric_path(CustomMetricsVersion::v1beta1, rest);
  }
  if (segments[1] == external_metrics_group && version == "v1beta1" && rest.size() == 3 && rest[0] == "namespaces") {
    return ExternalMetricPath{rest[1], rest[2]};
  }
  return {};
}

}  // namespace inferno::server
