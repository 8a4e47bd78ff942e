// How to reach Prometheus, or anything that speaks its HTTP API (Thanos, Mimir, VictoriaMetrics).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/http_client/client_tls.hpp"

namespace inferno::prometheus {

// An empty file name means: not used. Files are read again when they change.
struct PrometheusClientOptions {
  std::string url = "http://localhost:9090";  // http or https, a path prefix and user:password@ where needed
  std::string ca_file;                        // PEM; the system's trust store where empty
  std::string token_file;                     // its first word is sent as a bearer token
  std::string client_cert_file;               // PEM, with its chain
  std::string client_key_file;                // PEM
  bool insecure_skip_verify = false;
  // Sent with each request: {"X-Scope-OrgID", "tenant-1"}; a header and the file that holds its value; an argument in
  // the query string of the URL: {"namespace", "llm"}.
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> header_files;
  std::vector<std::pair<std::string, std::string>> query_parameters;

  Duration deadline{3'000};                                // of a query that brings none of its own
  std::size_t max_response_bytes = std::size_t{64} << 20;  // of a body, as sent and as decompressed
  std::size_t max_connections = 16;                        // open at once; further queries wait in line
  Duration max_idle{30'000};                               // an unused connection older than this is not used again
};

[[nodiscard]] http_client::ClientTlsOptions tls_options(const PrometheusClientOptions& options);

// `option` is the flag's name without dashes: "prometheus-url".
struct OptionProblem {
  std::string option;
  std::string message;  // what is wrong and what would be right; never a secret
};

// Everything that is wrong, in the order of the fields; empty when a client can be made. Reads the named files.
[[nodiscard]] std::vector<OptionProblem> validate(const PrometheusClientOptions& options);

// "X-Scope-OrgID: tenant-1" to a pair, at the first of the separators; an empty name where there is none (which
// validate then reports).
[[nodiscard]] std::pair<std::string, std::string> split_pair(std::string_view text, std::string_view separators);

}  // namespace inferno::prometheus
