// The Prometheus client's own telemetry: inferno_adapter_prometheus_*, outcomes by QueryErrorKind.
#pragma once

#include "adapter/http_client/client_metrics.hpp"

namespace inferno::prometheus {

class ClientMetrics : public http_client::ClientMetrics {
 public:
  explicit ClientMetrics(::prometheus::Registry& registry);
};

}  // namespace inferno::prometheus
