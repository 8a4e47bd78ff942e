// Everything that a user can set, as plain values. Built by parse_options from flags, environment, file and defaults;
// this header knows no parsing and no wiring. The defaults are those of the option table (option_table.cpp), not of
// these members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapter/common/time.hpp"

namespace inferno {

enum class TlsVersion : std::uint8_t { tls_1_2 = 1, tls_1_3 };
enum class LogFormat : std::uint8_t { text = 1, json };

// Empty file names mean: not given.
struct ServerOptions {
  std::uint16_t secure_port = 0;  // 0: any free port
  std::string bind_address;       // never empty after parsing
  std::string tls_cert_file;
  std::string tls_private_key_file;
  TlsVersion tls_min_version = TlsVersion::tls_1_2;
  std::string client_ca_file;
  std::string token_auth_file;
  unsigned threads = 0;  // 0: one per CPU
  std::size_t max_connections = 0;
  std::size_t max_requests_in_flight = 0;
  Duration idle_timeout{};
  Duration header_timeout{};
  Duration shutdown_grace_period{};
  bool external_metrics = false;
  std::vector<std::string> metric_aliases;  // further names of inferno_desired_replicas; distinct, none of them ours
  // Of what the API server says of tokens and permissions.
  Duration token_cache_ttl{};
  Duration allowed_cache_ttl{};
  Duration denied_cache_ttl{};
};

struct PrometheusOptions {
  std::string url;
  std::string ca_file;
  std::string token_file;
  std::string client_cert_file;
  std::string client_key_file;
  bool insecure_skip_verify = false;
  std::vector<std::string> headers;           // "Name: value"
  std::vector<std::string> header_files;      // "Name: FILE"
  std::vector<std::string> query_parameters;  // "NAME=VALUE"
  Duration timeout{};
  std::size_t max_response_bytes = 0;
};

struct SignalOptions {
  Duration max_age{};
  Duration step{};
  Duration flow_interval{};
  Duration settle_time{};
  Duration wake_max_age{};
  // PromQL: cluster="a"
  std::vector<std::string> extra_label_matchers;
  std::vector<std::string> engine_label_matchers;
  std::vector<std::string> gateway_label_matchers;
  std::string engine;  // one of engine_types(); empty: as each target's pod template tells
  std::string metric_prefix;
  // Series, with label matchers where needed; empty: the engine's own.
  std::string series_kv_usage;
  std::string series_waiting;
  std::string series_running;
  std::string series_finished;
  // Of gateways: the newest name first; empty: not read.
  std::vector<std::string> series_gateway_queue;
  std::vector<std::string> series_gateway_requests;
  std::vector<std::string> series_gateway_errors;
  std::string gateway_error_label;  // of those for lack of replicas; empty: all of them
  std::string gateway_error_value;
  std::string gateway_model_label;  // empty: target_model_name, else model_name
};

struct DecisionOptions {
  Duration max_stale{};
  Duration scale_down_window{};
  std::optional<std::string> wva_scale_to_zero;  // the environment variable's text
};

struct StateOptions {
  std::string standalone_dir;
  std::string kubeconfig;
  std::string kubernetes_service_host;  // what Kubernetes tells a pod of its API server
  std::string kubernetes_service_port;
  std::string namespace_name;   // the adapter's own
  std::string watch_namespace;  // empty: all
  std::string scale_to_zero_config_map;
  std::string saturation_config_map;
};

// What the adapter does in the cluster beyond answering.
struct ClusterActionOptions {
  bool write_status = false;
  bool write_events = false;
  Duration status_interval{};
  std::string lease_name;
  bool wake_directly = false;
  std::string gateway_metrics_url;  // "auto": found through InferencePools
  Duration gateway_metrics_interval{};
  std::string gateway_metrics_token_file;
  std::string gateway_metrics_ca_file;
};

struct LoggingOptions {
  unsigned verbosity = 0;
  LogFormat format = LogFormat::text;
};

struct Options {
  ServerOptions server;
  PrometheusOptions prometheus;
  SignalOptions signals;
  DecisionOptions decision;
  StateOptions state;
  ClusterActionOptions actions;
  LoggingOptions logging;
};

// Something wrong with one option. `option` is its name without dashes.
struct OptionProblem {
  std::string option;
  std::string message;  // what is wrong and what would be right
};

// What single values can't tell: options that need or contradict one another. The first problem, in the order of the
// table. No I/O.
[[nodiscard]] std::optional<OptionProblem> validate(const Options& options);

}  // namespace inferno
