#include "adapter/common/go_duration.hpp"
#include "adapter/options/option_value.hpp"
#include "adapter/options/options.hpp"

namespace inferno {
namespace {

std::optional<OptionProblem> validate_server(const Options& options) {
  const ServerOptions& server = options.server;
  if (server.tls_cert_file.empty() != server.tls_private_key_file.empty()) {
    const bool certificate_missing = server.tls_cert_file.empty();
    return OptionProblem{
        certificate_missing ? "tls-private-key-file" : "tls-cert-file",
        std::string("needs --") + (certificate_missing ? "tls-cert-file" : "tls-private-key-file") + " as well"};
  }
  const bool anonymous = server.client_ca_file.empty() && server.token_auth_file.empty();
  if (!options.state.standalone_dir.empty() && anonymous && !is_loopback_address(server.bind_address)) {
    return OptionProblem{"bind-address",
                         server.bind_address +
                             " would let anyone on the network ask: in standalone mode without --client-ca-file or "
                             "--token-auth-file only a loopback address such as 127.0.0.1 is allowed"};
  }
  return std::nullopt;
}

std::optional<OptionProblem> validate_prometheus(const PrometheusOptions& prometheus) {
  if (prometheus.client_cert_file.empty() == prometheus.client_key_file.empty()) return std::nullopt;
  const bool certificate_missing = prometheus.client_cert_file.empty();
  return OptionProblem{certificate_missing ? "prometheus-client-key-file" : "prometheus-client-cert-file",
                       std::string("needs --") +
                           (certificate_missing ? "prometheus-client-cert-file" : "prometheus-client-key-file") +
                           " as well"};
}

std::optional<OptionProblem> validate_signals(const SignalOptions& signals) {
  if (signals.flow_interval % signals.step != Duration::zero()) {
    return OptionProblem{"flow-interval", format_go_duration(signals.flow_interval) +
                                              " is not a multiple of --signal-step, " +
                                              format_go_duration(signals.step)};
  }
  return std::nullopt;
}

std::optional<OptionProblem> validate_cluster(const Options& options) {
  const StateOptions& state = options.state;
  if (!state.standalone_dir.empty() && !state.kubeconfig.empty()) {
    return OptionProblem{"kubeconfig", "can't be used with --standalone-dir: choose one"};
  }
  if (state.standalone_dir.empty() && state.kubeconfig.empty() && state.kubernetes_service_host.empty()) {
    return OptionProblem{"kubeconfig",
                         "is needed outside a cluster; or give --standalone-dir, a directory with the YAML files of "
                         "the cluster's objects"};
  }
  const Duration interval = options.actions.gateway_metrics_interval;
  if (interval < std::chrono::milliseconds{100}) {
    return OptionProblem{"gateway-metrics-interval", format_go_duration(interval) + " is shorter than 100ms"};
  }
  return std::nullopt;
}

std::optional<OptionProblem> validate_decision(const Options& options) {
  if (options.decision.max_stale < options.signals.max_age) {
    return OptionProblem{"decision-max-stale", format_go_duration(options.decision.max_stale) +
                                                   " is shorter than --signal-max-age, " +
                                                   format_go_duration(options.signals.max_age)};
  }
  if (options.decision.scale_down_window < options.signals.step) {
    return OptionProblem{"scale-down-window", format_go_duration(options.decision.scale_down_window) +
                                                  " is shorter than --signal-step, " +
                                                  format_go_duration(options.signals.step)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<OptionProblem> validate(const Options& options) {
  if (auto problem = validate_server(options)) return problem;
  if (auto problem = validate_prometheus(options.prometheus)) return problem;
  if (auto problem = validate_signals(options.signals)) return problem;
  if (auto problem = validate_decision(options)) return problem;
  if (auto problem = validate_cluster(options)) return problem;
  return std::nullopt;
}

}  // namespace inferno
