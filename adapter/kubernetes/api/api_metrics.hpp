// The API client's own telemetry: inferno_adapter_kubernetes_*, outcomes by ApiFailure::Kind.
#pragma once

#include "adapter/http_client/client_metrics.hpp"

namespace inferno::kubernetes {

class ApiMetrics : public http_client::ClientMetrics {
 public:
  explicit ApiMetrics(::prometheus::Registry& registry);
};

}  // namespace inferno::kubernetes
