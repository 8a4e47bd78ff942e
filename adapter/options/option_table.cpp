#include "adapter/options/option_table.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "adapter/common/engine.hpp"
#include "adapter/common/metric_names.hpp"
#include "adapter/options/option_value.hpp"

namespace inferno {
namespace {

using Setter = decltype(OptionDefinition::set);

// Stores what `parse` makes of the text in one member of one group.
template <class Group, class Member, class Parser>
Setter value(Group Options::* group, Member Group::* member, Parser parse) {
  return [=](Options& options, const std::vector<std::string>& texts) -> std::optional<std::string> {
    const auto parsed = parse(texts.back());
    if (!parsed) return parsed.error().message;
    (options.*group).*member = static_cast<Member>(*parsed);
    return std::nullopt;
  };
}

// Stores the text itself when `accept` takes it.
template <class Group, class Accept>
Setter text(Group Options::* group, std::string Group::* member, Accept accept, std::string_view expected) {
  return [=](Options& options, const std::vector<std::string>& texts) -> std::optional<std::string> {
    if (!accept(texts.back())) return '"' + texts.back() + "\" is not " + std::string(expected);
    (options.*group).*member = texts.back();
    return std::nullopt;
  };
}

template <class Group>
Setter text(Group Options::* group, std::string Group::* member) {
  return text(group, member, [](const std::string&) { return true; }, "");
}

template <class Group>
Setter boolean(Group Options::* group, bool Group::* member) {
  return value(group, member, parse_boolean);
}

template <class Group>
Setter duration(Group Options::* group, Duration Group::* member) {
  return value(group, member, [](const std::string& written) { return parse_positive_go_duration(written); });
}

template <class Group, class Member>
Setter integer(Group Options::* group, Member Group::* member, std::uint64_t least, std::uint64_t most) {
  return value(group, member, [=](const std::string& written) { return parse_integer(written, least, most); });
}

Setter series(std::string SignalOptions::* member) {
  return text(&Options::signals, member, is_series, "a Prometheus metric name, with label matchers or without");
}

// "newest, older"; nothing at all switches the signal off.
Setter series_list(std::vector<std::string> SignalOptions::* member) {
  return [=](Options& options, const std::vector<std::string>& texts) -> std::optional<std::string> {
    std::vector<std::string> names;
    for (std::string_view rest = texts.back(); !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find_first_of(", "));
      if (!is_metric_name(name)) return '"' + std::string(name) + "\" is not a Prometheus metric name";
      names.emplace_back(name);
      rest.remove_prefix(name.size());
      rest.remove_prefix(std::min(rest.find_first_not_of(", "), rest.size()));
    }
    options.signals.*member = std::move(names);
    return std::nullopt;
  };
}

std::optional<std::string> set_gateway_error_label(Options& options, const std::vector<std::string>& texts) {
  const std::string& text = texts.back();
  const std::string name = text.substr(0, text.find('='));
  if (!text.empty() && (name.size() == text.size() || !is_label_name(name)))
    return '"' + text + "\" is not a label with its value such as error_code=ServiceUnavailable";
  options.signals.gateway_error_label = name;
  options.signals.gateway_error_value = text.substr(std::min(name.size() + 1, text.size()));
  return std::nullopt;
}

std::optional<std::string> set_engine(Options& options, const std::vector<std::string>& texts) {
  if (!engine_of_type(texts.back())) return '"' + texts.back() + "\" is not one of " + engine_types();
  options.signals.engine = texts.back();
  return std::nullopt;
}

// Pairs with one of these characters between name and value. The text may hold a secret: it is not repeated.
Setter pairs(std::vector<std::string> PrometheusOptions::* member, const char* separators, const char* expected) {
  return [=](Options& options, const std::vector<std::string>& texts) -> std::optional<std::string> {
    for (const std::string& text : texts) {
      if (text.find_first_of(separators) == std::string::npos) return expected;
    }
    options.prometheus.*member = texts;
    return std::nullopt;
  };
}

Setter label_matchers(std::vector<std::string> SignalOptions::* member, std::string_view example) {
  return [=](Options& options, const std::vector<std::string>& texts) -> std::optional<std::string> {
    for (const std::string& matcher : texts) {
      if (!is_label_matcher(matcher))
        return '"' + matcher + "\" is not a label matcher such as " + std::string(example);
    }
    options.signals.*member = texts;
    return std::nullopt;
  };
}

// What one job's series have must not be asked of the others': without them nothing wakes, and nothing is explained.
std::optional<std::string> set_extra_label_matchers(Options& options, const std::vector<std::string>& texts) {
  constexpr std::array<std::string_view, 8> of_one_job = {"job",      "instance", "pod",        "container",
                                                          "endpoint", "service",  "model_name", "engine"};
  for (const std::string& matcher : texts) {
    const std::string_view label = std::string_view(matcher).substr(0, matcher.find_first_of("=!"));
    if (std::ranges::find(of_one_job, label) == of_one_job.end()) continue;
    return '"' + matcher +
           "\" would also leave out the series of other jobs (the gateway, kube-state-metrics, up): give it as "
           "--engine-label-matchers or --gateway-label-matchers";
  }
  return label_matchers(&SignalOptions::extra_label_matchers, R"(cluster="a")")(options, texts);
}

std::optional<std::string> set_metric_aliases(Options& options, const std::vector<std::string>& texts) {
  for (const std::string& name : texts) {
    if (!is_metric_name(name)) return '"' + name + "\" is not a Prometheus metric name such as wva_desired_replicas";
    if (name.starts_with(own_metric_prefix))
      return '"' + name + "\" is no alias: names that start with inferno_ are the adapter's own";
    if (std::ranges::count(texts, name) > 1) return '"' + name + "\" is given more than once";
  }
  options.server.metric_aliases = texts;
  return std::nullopt;
}

std::optional<std::string> set_wva_scale_to_zero(Options& options, const std::vector<std::string>& texts) {
  options.decision.wva_scale_to_zero = texts.back();
  return std::nullopt;
}

bool is_namespace(const std::string& name) {
  return is_kubernetes_name(name, false);
}
bool is_config_map(const std::string& name) {
  return is_kubernetes_name(name, true);
}

std::vector<OptionDefinition> build_table() {
  constexpr std::uint64_t many = 1'000'000;
  constexpr std::string_view serving = "Serving";
  constexpr std::string_view access = "Authentication";
  constexpr std::string_view prometheus = "Prometheus";
  constexpr std::string_view signals = "Signals";
  constexpr std::string_view decision = "Decision";
  constexpr std::string_view state = "Cluster state";
  constexpr std::string_view actions = "In the cluster";
  constexpr std::string_view logging = "Logging";
  const auto server_of = &Options::server;
  const auto prometheus_of = &Options::prometheus;
  const auto signals_of = &Options::signals;
  const auto decision_of = &Options::decision;
  const auto state_of = &Options::state;
  const auto actions_of = &Options::actions;
  using Server = ServerOptions;
  using Prometheus = PrometheusOptions;
  using Signals = SignalOptions;
  using Decision = DecisionOptions;
  using State = StateOptions;
  using Actions = ClusterActionOptions;

  return {
      {"secure-port", "PORT", serving, "6443", "port of the HTTPS API; 0 takes any free one", "", false,
       integer(server_of, &Server::secure_port, 0, 65535)},
      {"bind-address", "IP", serving, "",
       "address to listen on; 0.0.0.0 where not given, 127.0.0.1 in standalone mode without authentication", "", false,
       text(server_of, &Server::bind_address, is_ip_address, "an IP address")},
      {"tls-cert-file", "FILE", serving, "", "serving certificate with its chain (PEM); self-signed where not given",
       "", false, text(server_of, &Server::tls_cert_file)},
      {"tls-private-key-file", "FILE", serving, "", "private key of the serving certificate (PEM)", "", false,
       text(server_of, &Server::tls_private_key_file)},
      {"tls-min-version", "VERSION", serving, "VersionTLS12",
       "oldest TLS version accepted: VersionTLS12 or VersionTLS13", "", false,
       value(server_of, &Server::tls_min_version, parse_tls_version)},
      {"threads", "N", serving, "0", "threads that serve requests; 0 is one per CPU", "", false,
       integer(server_of, &Server::threads, 0, 1024)},
      {"max-connections", "N", serving, "1000", "connections open at once; further ones are turned away", "", false,
       integer(server_of, &Server::max_connections, 1, many)},
      {"max-requests-in-flight", "N", serving, "400",
       "requests worked on at once; further ones get 429 with Retry-After", "", false,
       integer(server_of, &Server::max_requests_in_flight, 1, many)},
      {"idle-timeout", "DURATION", serving, "2m", "an idle connection is closed after this time", "", false,
       duration(server_of, &Server::idle_timeout)},
      {"header-timeout", "DURATION", serving, "10s",
       "a request's header, and the TLS handshake, must arrive within this time", "", false,
       duration(server_of, &Server::header_timeout)},
      {"shutdown-grace-period", "DURATION", serving, "30s", "after SIGTERM, requests in flight may take this long", "",
       false, duration(server_of, &Server::shutdown_grace_period)},
      {"external-metrics", "", serving, "true",
       "serve external.metrics.k8s.io too; set false where another server, such as KEDA's, owns that group", "", false,
       boolean(server_of, &Server::external_metrics)},
      {"metric-alias", "NAME", serving, "",
       "another name under which inferno_desired_replicas is served, such as wva_desired_replicas", "", true,
       set_metric_aliases},

      {"client-ca-file", "FILE", access, "", "CA of client certificates (PEM): CN is the user, O the groups", "", false,
       text(server_of, &Server::client_ca_file)},
      {"token-auth-file", "FILE", access, "", "bearer tokens, CSV: token,user,uid,\"group1,group2\"", "", false,
       text(server_of, &Server::token_auth_file)},
      {"authentication-token-webhook-cache-ttl", "DURATION", access, "10s",
       "in a cluster: how long the API server's word on a bearer token is remembered", "", false,
       duration(server_of, &Server::token_cache_ttl)},
      {"authorization-webhook-cache-authorized-ttl", "DURATION", access, "10s",
       "in a cluster: how long a permission is remembered", "", false, duration(server_of, &Server::allowed_cache_ttl)},
      {"authorization-webhook-cache-unauthorized-ttl", "DURATION", access, "10s",
       "in a cluster: how long a refusal is remembered", "", false, duration(server_of, &Server::denied_cache_ttl)},

      {"prometheus-url", "URL", prometheus, "http://localhost:9090", "Prometheus, or anything with its HTTP API",
       "PROMETHEUS_BASE_URL", false, text(prometheus_of, &Prometheus::url)},
      {"prometheus-ca-file", "FILE", prometheus, "",
       "CA of Prometheus' certificate (PEM); the system's where not given", "PROMETHEUS_CA_CERT_PATH", false,
       text(prometheus_of, &Prometheus::ca_file)},
      {"prometheus-token-file", "FILE", prometheus, "", "bearer token to send", "", false,
       text(prometheus_of, &Prometheus::token_file)},
      {"prometheus-client-cert-file", "FILE", prometheus, "", "client certificate with its chain (PEM)", "", false,
       text(prometheus_of, &Prometheus::client_cert_file)},
      {"prometheus-client-key-file", "FILE", prometheus, "", "private key of the client certificate (PEM)", "", false,
       text(prometheus_of, &Prometheus::client_key_file)},
      {"prometheus-insecure-skip-verify", "", prometheus, "false",
       "don't verify Prometheus' certificate; for tests only", "PROMETHEUS_TLS_INSECURE_SKIP_VERIFY", false,
       boolean(prometheus_of, &Prometheus::insecure_skip_verify)},
      {"prometheus-header", "HEADER", prometheus, "", "header to send, \"Name: value\", such as a tenant", "", true,
       pairs(&Prometheus::headers, ":=", "a header is written \"Name: value\"")},
      {"prometheus-header-file", "HEADER", prometheus, "",
       "header whose value is read from a file, \"Name: FILE\", such as Authorization; read again when it changes", "",
       true, pairs(&Prometheus::header_files, ":=", "a header and its file are written \"Name: FILE\"")},
      {"prometheus-query-parameter", "NAME=VALUE", prometheus, "",
       "argument for the query string of each request's URL, such as namespace=llm for OpenShift's tenancy port", "",
       true, pairs(&Prometheus::query_parameters, "=", "a query parameter is written NAME=VALUE")},
      {"prometheus-timeout", "DURATION", prometheus, "3s", "deadline of one request to Prometheus", "", false,
       duration(prometheus_of, &Prometheus::timeout)},
      {"prometheus-max-response-bytes", "BYTES", prometheus, "64Mi", "a larger answer of Prometheus is refused", "",
       false, value(prometheus_of, &Prometheus::max_response_bytes, parse_bytes)},

      {"signal-max-age", "DURATION", signals, "5s", "signals younger than this are shared by everyone who asks", "",
       false, duration(signals_of, &Signals::max_age)},
      {"signal-step", "DURATION", signals, "5s", "spacing of the samples that are read", "", false,
       duration(signals_of, &Signals::step)},
      {"flow-interval", "DURATION", signals, "15s",
       "interval over which arrivals are measured: a multiple of signal-step, at least the scrape interval", "", false,
       duration(signals_of, &Signals::flow_interval)},
      {"signal-settle-time", "DURATION", signals, "500ms",
       "how long after its time a step is read, once its scrapes are visible; 3s for VictoriaMetrics, longer behind "
       "remote write",
       "", false, duration(signals_of, &Signals::settle_time)},
      {"wake-max-age", "DURATION", signals, "1s", "like signal-max-age, for the query that wakes models from zero", "",
       false, duration(signals_of, &Signals::wake_max_age)},
      {"extra-label-matchers", "MATCHER", signals, "",
       "PromQL label matcher for every series that is read, whoever exports it, such as cluster=\"a\"", "", true,
       set_extra_label_matchers},
      {"engine-label-matchers", "MATCHER", signals, "",
       "PromQL label matcher for the model servers' series only, such as job=\"vllm\"", "", true,
       label_matchers(&Signals::engine_label_matchers, R"(job="vllm")")},
      {"gateway-label-matchers", "MATCHER", signals, "",
       "PromQL label matcher for the gateway's series only, such as job=\"epp\"", "", true,
       label_matchers(&Signals::gateway_label_matchers, R"(job="epp")")},
      {"engine", "TYPE", signals, "",
       "model server of all targets, such as sglang; where not given, each target's pod template tells, by the label "
       "llm-d.ai/engine-type, its command or its image",
       "", false, set_engine},
      {"metric-prefix", "PREFIX", signals,
       "vllm:", "start of the names of vLLM's series in all targets, such as kserve_vllm:", "", false,
       text(signals_of, &Signals::metric_prefix, is_metric_name, "the start of a Prometheus metric name")},
      {"series-kv-usage", "SERIES", signals, "", "series of the KV cache usage, for all targets", "", false,
       series(&Signals::series_kv_usage)},
      {"series-waiting", "SERIES", signals, "", "series of waiting requests, for all targets", "", false,
       series(&Signals::series_waiting)},
      {"series-running", "SERIES", signals, "", "series of running requests, for all targets", "", false,
       series(&Signals::series_running)},
      {"series-finished", "SERIES", signals, "", "counter of finished requests, for all targets", "", false,
       series(&Signals::series_finished)},
      {"series-gateway-queue", "NAMES", signals,
       "llm_d_epp_flow_control_queue_size, inference_extension_flow_control_queue_size",
       "series of requests queued at the gateway; of several names the first that a gateway has counts, none switches "
       "it off",
       "", false, series_list(&Signals::series_gateway_queue)},
      {"series-gateway-requests", "NAMES", signals,
       "llm_d_epp_request_total, inference_objective_request_total, inference_model_request_total",
       "counter of requests that arrived at the gateway; likewise", "", false,
       series_list(&Signals::series_gateway_requests)},
      {"series-gateway-errors", "NAMES", signals,
       "llm_d_epp_request_error_total, inference_objective_request_error_total, inference_model_request_error_total",
       "counter of requests that failed at the gateway, for models at zero only; likewise", "", false,
       series_list(&Signals::series_gateway_errors)},
      {"gateway-error-label", "LABEL=VALUE", signals, "error_code=ServiceUnavailable",
       "which of them were refused for lack of replicas; all where empty", "", false, set_gateway_error_label},
      {"gateway-model-label", "LABEL", signals, "",
       "label of the gateway's series that names the model; target_model_name, else model_name, where not given", "",
       false, text(&Options::signals, &Signals::gateway_model_label, is_label_name, "a Prometheus label name")},

      {"decision-max-stale", "DURATION", decision, "5m",
       "without Prometheus, the last good decision is given for this long; then the API answers 503", "", false,
       duration(decision_of, &Decision::max_stale)},
      {"scale-down-window", "DURATION", decision, "2m", "scale down only to the highest need within this time", "",
       false, duration(decision_of, &Decision::scale_down_window)},
      {"", "VALUE", decision, "",
       "scale-to-zero for models of which the ConfigMap says nothing; \"true\" in any case enables it",
       "WVA_SCALE_TO_ZERO", false, set_wva_scale_to_zero},

      {"standalone-dir", "DIR", state, "", "without a cluster: read its objects from the YAML files of this directory",
       "", false, text(state_of, &State::standalone_dir)},
      {"kubeconfig", "FILE", state, "", "how to reach the cluster; the pod's service account where not given", "",
       false, text(state_of, &State::kubeconfig)},
      {"", "HOST", state, "", "the cluster's API server; Kubernetes sets it in every pod", "KUBERNETES_SERVICE_HOST",
       false, text(state_of, &State::kubernetes_service_host)},
      {"", "PORT", state, "", "its port", "KUBERNETES_SERVICE_PORT", false,
       text(state_of, &State::kubernetes_service_port)},
      {"namespace", "NAME", state, "workload-variant-autoscaler-system",
       "the adapter's own namespace, where its ConfigMaps are", "POD_NAMESPACE", false,
       text(state_of, &State::namespace_name, is_namespace, "the name of a namespace")},
      {"watch-namespace", "NAME", state, "", "serve variants of this namespace only; of all where not given", "", false,
       text(state_of, &State::watch_namespace, is_namespace, "the name of a namespace")},
      {"scale-to-zero-configmap", "NAME", state, "model-scale-to-zero-config", "ConfigMap of scale-to-zero settings",
       "", false, text(state_of, &State::scale_to_zero_config_map, is_config_map, "the name of a ConfigMap")},
      {"saturation-configmap", "NAME", state, "saturation-scaling-config", "ConfigMap of saturation thresholds", "",
       false, text(state_of, &State::saturation_config_map, is_config_map, "the name of a ConfigMap")},

      {"write-status", "", actions, "true", "write the status of VariantAutoscalings", "", false,
       boolean(actions_of, &Actions::write_status)},
      {"status-interval", "DURATION", actions, "5s", "the status of one object is written at most this often", "",
       false, duration(actions_of, &Actions::status_interval)},
      {"write-events", "", actions, "true", "write events about VariantAutoscalings", "", false,
       boolean(actions_of, &Actions::write_events)},
      {"lease-name", "NAME", actions, "inferno-adapter",
       "Lease, in the own namespace, of the replica that writes and wakes", "", false,
       text(actions_of, &Actions::lease_name, is_config_map, "the name of a Lease")},
      {"wake-directly", "", actions, "false",
       "set a scale target at 0 to 1 at once when requests wait for it, before the autoscaler asks", "", false,
       boolean(actions_of, &Actions::wake_directly)},
      {"gateway-metrics-url", "URL", actions, "",
       "metrics of the gateway's endpoint picker, read beside Prometheus to wake sooner; auto finds them through "
       "InferencePools",
       "", false, text(actions_of, &Actions::gateway_metrics_url)},
      {"gateway-metrics-interval", "DURATION", actions, "250ms", "how often gateway-metrics-url is read", "", false,
       duration(actions_of, &Actions::gateway_metrics_interval)},
      {"gateway-metrics-token-file", "FILE", actions, "",
       "bearer token sent to gateways; every gateway that is asked sees it", "", false,
       text(actions_of, &Actions::gateway_metrics_token_file)},
      {"gateway-metrics-ca-file", "FILE", actions, "", "CA of a gateway's certificate (PEM), where its URL is https",
       "", false, text(actions_of, &Actions::gateway_metrics_ca_file)},

      {"v", "LEVEL", logging, "0", "log verbosity: 0 is what an operator needs, 4 what a developer needs", "", false,
       integer(&Options::logging, &LoggingOptions::verbosity, 0, 10)},
      {"log-format", "FORMAT", logging, "text", "text or json", "", false,
       value(&Options::logging, &LoggingOptions::format, parse_log_format)},
  };
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses track of what the setters of the list own

}  // namespace

const std::vector<OptionDefinition>& option_table() {
  static const std::vector<OptionDefinition> table = build_table();
  return table;
}

std::string environment_name(std::string_view option) {
  std::string result = "INFERNO_";
  for (const char character : option) {
    const bool lower = character >= 'a' && character <= 'z';
    result += character == '-' ? '_' : (lower ? static_cast<char>(character - 'a' + 'A') : character);
  }
  return result;
}

}  // namespace inferno
