#include "adapter/program/settings.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace inferno {
namespace {

// Any of these options is for all targets, whatever their pod templates tell.
void use_engine_options(signals::EngineTable& engines, const SignalOptions& given) {
  const auto engine = engine_of_type(given.engine);
  const bool is_renamed = given.metric_prefix != "vllm:";
  const std::array series{std::pair(&signals::EngineSeries::running, &given.series_running),
                          std::pair(&signals::EngineSeries::waiting, &given.series_waiting),
                          std::pair(&signals::EngineSeries::kv_usage, &given.series_kv_usage),
                          std::pair(&signals::EngineSeries::finished, &given.series_finished)};
  const auto is_given = [](const auto& entry) { return !entry.second->empty(); };
  if (!engine && !is_renamed && std::ranges::none_of(series, is_given)) return;
  signals::EngineSeries all = engine ? engines.of(*engine) : signals::EngineSeries::vllm(given.metric_prefix);
  for (const auto& [list, name] : series) {
    if (!name->empty()) all.*list = {*name};
  }
  engines.use_for_all(std::move(all));
}

std::string joined(const std::vector<std::string>& matchers) {
  std::string text;
  for (const std::string& matcher : matchers) text.append(text.empty() ? "" : ",").append(matcher);
  return text;
}

std::vector<std::pair<std::string, std::string>> split(const std::vector<std::string>& texts,
                                                       std::string_view separators) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(texts.size());
  for (const std::string& text : texts) pairs.push_back(prometheus::split_pair(text, separators));
  return pairs;
}

// How long the trend of arrivals is looked back for, beyond the scale-down window (adapter/decision/arrival_rate.cpp).
constexpr Duration trend_window = std::chrono::minutes{2};

signals::GatewaySeries gateway_series(const SignalOptions& options) {
  return {.queue = options.series_gateway_queue,
          .arrivals = options.series_gateway_requests,
          .errors = options.series_gateway_errors,
          .error_label = options.gateway_error_label,
          .error_value = options.gateway_error_value,
          .model_label = options.gateway_model_label};
}

WiringSettings wiring_settings(const Options& options) {
  return {.metric_aliases = options.server.metric_aliases, .wakes_directly = options.actions.wake_directly};
}

}  // namespace

server::ServerOptions http_settings(const ServerOptions& options) {
  server::ServerOptions settings;
  settings.bind_address = options.bind_address;
  settings.port = options.secure_port;
  settings.max_connections = options.max_connections;
  settings.max_requests_in_flight = options.max_requests_in_flight;
  settings.deadlines.idle = options.idle_timeout;
  settings.deadlines.header = options.header_timeout;
  settings.deadlines.handshake = options.header_timeout;
  return settings;
}

server::TlsPolicy tls_settings(const Options& options) {
  const bool in_cluster = options.state.standalone_dir.empty();  // where the aggregator shows one
  return {.minimum_version = options.server.tls_min_version == TlsVersion::tls_1_3 ? server::TlsVersion::tls_1_3
                                                                                   : server::TlsVersion::tls_1_2,
          .request_client_certificate = in_cluster || !options.server.client_ca_file.empty()};
}

prometheus::PrometheusClientOptions prometheus_settings(const PrometheusOptions& options) {
  prometheus::PrometheusClientOptions settings;
  settings.url = options.url;
  settings.ca_file = options.ca_file;
  settings.token_file = options.token_file;
  settings.client_cert_file = options.client_cert_file;
  settings.client_key_file = options.client_key_file;
  settings.insecure_skip_verify = options.insecure_skip_verify;
  settings.headers = split(options.headers, ":=");
  settings.header_files = split(options.header_files, ":=");
  settings.query_parameters = split(options.query_parameters, "=");
  settings.deadline = options.timeout;
  settings.max_response_bytes = options.max_response_bytes;
  return settings;
}

signals::SignalOptions signal_settings(const Options& options) {
  const SignalOptions& given = options.signals;
  signals::SignalOptions settings;
  use_engine_options(settings.engines, given);
  settings.names.gateway = gateway_series(given);
  settings.extra_matchers = joined(given.extra_label_matchers);
  settings.engine_matchers = joined(given.engine_label_matchers);
  settings.gateway_matchers = joined(given.gateway_label_matchers);
  settings.watch_namespace = options.state.watch_namespace;
  settings.step = given.step;
  settings.flow_interval = given.flow_interval;
  settings.gap_tolerance = 4 * given.flow_interval;
  settings.history = options.decision.scale_down_window + trend_window + 2 * given.flow_interval;
  settings.settle_time = given.settle_time;
  settings.max_age = std::max(given.max_age, given.step);
  settings.wake_max_age = given.wake_max_age;
  return settings;
}

DecisionSettings decision_settings(const Options& options) {
  DecisionSettings settings;
  settings.scale_down_window = options.decision.scale_down_window;
  // A few refreshes may fail before anybody is told.
  const SignalOptions& signals = options.signals;
  settings.stale_after = 3 * std::max(signals.max_age, signals.step) + signals.step + signals.settle_time;
  return settings;
}

ProviderOptions provider_settings(const Options& options) {
  ProviderOptions settings;
  settings.max_stale = options.decision.max_stale;
  settings.window = options.signals.flow_interval;
  settings.metric_aliases = options.server.metric_aliases;
  settings.wiring = wiring_settings(options);
  return settings;
}

kubernetes::ClusterSettings cluster_settings(const Options& options) {
  return {.own_namespace = options.state.namespace_name,
          .watch_namespace = options.state.watch_namespace,
          .scale_to_zero_config_map = options.state.scale_to_zero_config_map,
          .saturation_config_map = options.state.saturation_config_map,
          .wva_scale_to_zero = options.decision.wva_scale_to_zero};
}

server::DelegatedAccess::Lifetimes review_lifetimes(const ServerOptions& options) {
  return {.token = options.token_cache_ttl, .allowed = options.allowed_cache_ttl, .denied = options.denied_cache_ttl};
}

leadership::LeaseSettings lease_settings(const Options& options, std::string identity) {
  leadership::LeaseSettings settings;
  settings.namespace_name = options.state.namespace_name;
  settings.name = options.actions.lease_name;
  settings.identity = std::move(identity);
  return settings;
}

feedback::FeedbackSettings feedback_settings(const Options& options, std::string instance) {
  feedback::FeedbackSettings settings;
  settings.instance = std::move(instance);
  settings.write_status = options.actions.write_status;
  settings.write_events = options.actions.write_events;
  settings.wiring = wiring_settings(options);
  settings.status_interval = options.actions.status_interval;
  return settings;
}

wake::GatewayAccess gateway_access(const Options& options) {
  wake::GatewayAccess access;
  access.series = gateway_series(options.signals);
  access.token_file = options.actions.gateway_metrics_token_file;
  access.tls.authorities.file = options.actions.gateway_metrics_ca_file;
  return access;
}

wake::GatewayTiming gateway_timing(const Options& options) {
  wake::GatewayTiming timing;
  timing.interval = options.actions.gateway_metrics_interval;
  return timing;
}

}  // namespace inferno
