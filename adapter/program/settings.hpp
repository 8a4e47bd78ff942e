// From what the user set to what each component takes. Pure.
#pragma once

#include <optional>

#include "adapter/decision/decide.hpp"
#include "adapter/feedback/feedback.hpp"
#include "adapter/kubernetes/state_assembler.hpp"
#include "adapter/leadership/lease_elector.hpp"
#include "adapter/options/options.hpp"
#include "adapter/prometheus/client_options.hpp"
#include "adapter/provider/adapter_metrics_provider.hpp"
#include "adapter/signals/signal_options.hpp"
#include "adapter/wake/gateway_watch.hpp"
#include "server/auth/delegated_access.hpp"
#include "server/http/server_options.hpp"
#include "server/tls/server_context.hpp"

namespace inferno {

[[nodiscard]] server::ServerOptions http_settings(const ServerOptions& options);
[[nodiscard]] server::TlsPolicy tls_settings(const Options& options);
[[nodiscard]] prometheus::PrometheusClientOptions prometheus_settings(const PrometheusOptions& options);
[[nodiscard]] signals::SignalOptions signal_settings(const Options& options);
[[nodiscard]] DecisionSettings decision_settings(const Options& options);
[[nodiscard]] ProviderOptions provider_settings(const Options& options);
[[nodiscard]] kubernetes::ClusterSettings cluster_settings(const Options& options);
[[nodiscard]] server::DelegatedAccess::Lifetimes review_lifetimes(const ServerOptions& options);
[[nodiscard]] leadership::LeaseSettings lease_settings(const Options& options, std::string identity);
[[nodiscard]] feedback::FeedbackSettings feedback_settings(const Options& options, std::string instance);
[[nodiscard]] wake::GatewayAccess gateway_access(const Options& options);
[[nodiscard]] wake::GatewayTiming gateway_timing(const Options& options);

}  // namespace inferno
