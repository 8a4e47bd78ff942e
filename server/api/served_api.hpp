// What this server serves, as discovery and OpenAPI describe it. Every resource is namespaced and read with the verb
// get.
#pragma once

#include <string>
#include <vector>

#include "server/api/metrics_provider.hpp"

namespace inferno::server {

struct ServedVersion {
  std::string version;
  std::string kind;  // of the answers, e.g. MetricValueList
  std::vector<std::string>
      resources;  // as discovery names them: "variantautoscalings.llmd.ai/inferno_desired_replicas"
};

struct ServedGroup {
  std::string name;
  std::vector<ServedVersion> versions;  // the preferred one first
};

// custom.metrics.k8s.io with v1beta2, which the HPA asks first, before v1beta1; then external.metrics.k8s.io if it is
// to be served.
[[nodiscard]] std::vector<ServedGroup> served_groups(const MetricsProvider& provider, bool external_metrics);

}  // namespace inferno::server
