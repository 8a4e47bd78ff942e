#include "server/api/served_api.hpp"

#include "server/api/metric_value_list.hpp"

namespace inferno::server {

std::vector<ServedGroup> served_groups(const MetricsProvider& provider, bool external_metrics) {
  std::vector<std::string> custom;
  for (const CustomMetricInfo& info : provider.custom_metrics()) {
    std::string name = info.resource;
    if (!info.group.empty()) name += '.' + info.group;
    custom.push_back(name + '/' + info.metric);
  }
  std::vector<ServedGroup> groups;
  groups.push_back({std::string(custom_metrics_group),
                    {{"v1beta2", "MetricValueList", custom}, {"v1beta1", "MetricValueList", custom}}});
  if (external_metrics) {
    groups.push_back(
        {std::string(external_metrics_group), {{"v1beta1", "ExternalMetricValueList", provider.external_metrics()}}});
  }
  return groups;
}

}  // namespace inferno::server
