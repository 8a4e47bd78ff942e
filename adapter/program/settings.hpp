// From what the user set to what each component takes. Pure.
#pragma once

#include <optional>

#include "adapter/decision/decide.hpp"
#include "adapter/kubernetes/state_assembler.hpp"
#include "adapter/options/options.hpp"
#include "adapter/prometheus/client_options.hpp"
#include "adapter/provider/adapter_metrics_provider.hpp"
#include "adapter/signals/signal_options.hpp"
#include "server/http/server_options.hpp"
#include "server/tls/server_context.hpp"

namespace inferno {

[[nodiscard]] server::ServerOptions http_settings(const ServerOptions& options);
[[nodiscard]] server::TlsPolicy tls_settings(const ServerOptions& options);
[[nodiscard]] prometheus::PrometheusClientOptions prometheus_settings(const PrometheusOptions& options);
[[nodiscard]] signals::SignalOptions signal_settings(const Options& options);
[[nodiscard]] DecisionSettings decision_settings(const Options& options);
[[nodiscard]] ProviderOptions provider_settings(const Options& options);
[[nodiscard]] kubernetes::ClusterSettings cluster_settings(const Options& options);

}  // namespace inferno
