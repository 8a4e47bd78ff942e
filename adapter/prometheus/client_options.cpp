#include "adapter/prometheus/client_options.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "adapter/http_client/authorization.hpp"
#include "adapter/http_client/base_url.hpp"
#include "adapter/http_client/client_tls.hpp"
#include "adapter/http_client/header_file.hpp"

namespace inferno::prometheus {
namespace {

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// RFC 9110, "token".
bool is_header_name(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != others.npos;
  });
}

bool is_reserved(std::string_view name) {
  constexpr std::array<std::string_view, 7> reserved = {
      "Host", "Content-Length", "Content-Type", "Accept-Encoding", "Connection", "Transfer-Encoding", "Expect"};
  return std::ranges::any_of(reserved, [&](std::string_view other) { return equal_ignoring_case(name, other); });
}

using Headers = std::vector<std::pair<std::string, std::string>>;

std::ptrdiff_t authorizations(const Headers& headers) {
  return std::ranges::count_if(headers,
                               [](const auto& header) { return equal_ignoring_case(header.first, "Authorization"); });
}

// What is wrong with the name of a header.
std::optional<std::string> name_problem(const std::string& name, std::string_view example) {
  if (name.empty()) return "needs a name and a value, for example '" + std::string(example) + "'";
  if (!is_header_name(name)) return "'" + name + "' is not a header name";
  if (is_reserved(name)) return name + " is set by the client itself";
  return std::nullopt;
}

void check_headers(const PrometheusClientOptions& options, std::vector<OptionProblem>& problems) {
  for (const auto& [name, value] : options.headers) {
    auto problem = name_problem(name, "X-Scope-OrgID: tenant-1");
    if (!problem && !http_client::is_header_value(value)) problem = "the value of " + name + " has a control character";
    if (problem) problems.push_back({"prometheus-header", *problem});
  }
  for (const auto& [name, file] : options.header_files) {
    auto problem = name_problem(name, "X-Scope-OrgID: /etc/prometheus-tenant/name");
    const auto value = http_client::HeaderFile(name, file).value();
    if (!problem && !value) problem = value.error().message;
    if (problem) problems.push_back({"prometheus-header-file", *problem});
  }
}

void check_query_parameters(const PrometheusClientOptions& options, std::vector<OptionProblem>& problems) {
  constexpr std::array<std::string_view, 5> own = {"query", "start", "end", "step", "timeout"};
  for (const auto& [name, value] : options.query_parameters) {
    if (name.empty()) {
      problems.push_back({"prometheus-query-parameter", "needs a name and a value, for example namespace=llm"});
    } else if (std::ranges::find(own, name) != own.end()) {
      problems.push_back({"prometheus-query-parameter", name + " is set by the client itself"});
    }
  }
}

void check_tls(const PrometheusClientOptions& options, std::vector<OptionProblem>& problems) {
  if (options.client_cert_file.empty() != options.client_key_file.empty()) {
    const bool no_key = options.client_key_file.empty();
    problems.push_back(
        {no_key ? "prometheus-client-cert-file" : "prometheus-client-key-file",
         no_key ? "needs prometheus-client-key-file beside it" : "needs prometheus-client-cert-file beside it"});
    return;
  }
  const auto check = [&](const char* option, const PrometheusClientOptions& part) {
    const auto context = http_client::ClientTls(tls_options(part)).context();
    if (!context) problems.push_back({option, context.error().message});
  };
  if (!options.ca_file.empty()) {
    PrometheusClientOptions part;
    part.ca_file = options.ca_file;
    check("prometheus-ca-file", part);
  }
  if (!options.client_cert_file.empty()) {
    PrometheusClientOptions part;
    part.client_cert_file = options.client_cert_file;
    part.client_key_file = options.client_key_file;
    check("prometheus-client-cert-file", part);
  }
}

}  // namespace

http_client::ClientTlsOptions tls_options(const PrometheusClientOptions& options) {
  return {.authorities = {.file = options.ca_file, .text = {}},
          .certificate = {.file = options.client_cert_file, .text = {}},
          .key = {.file = options.client_key_file, .text = {}},
          .insecure_skip_verify = options.insecure_skip_verify};
}

std::vector<OptionProblem> validate(const PrometheusClientOptions& options) {
  std::vector<OptionProblem> problems;
  const auto url = http_client::parse_base_url(options.url);
  if (!url) problems.push_back({"prometheus-url", url.error().message});
  if (!options.token_file.empty()) {
    const auto token = http_client::Authorization("", options.token_file).value();
    if (!token) problems.push_back({"prometheus-token-file", token.error().message});
    if (url && !url->basic_credentials.empty()) {
      problems.push_back({"prometheus-token-file", "can't be used with credentials in prometheus-url: choose one"});
    }
  }
  check_tls(options, problems);
  check_headers(options, problems);
  check_query_parameters(options, problems);
  const std::ptrdiff_t from_files = authorizations(options.header_files);
  const std::ptrdiff_t given = authorizations(options.headers) + from_files;
  if (given > 1 || (given > 0 && (!options.token_file.empty() || (url && !url->basic_credentials.empty())))) {
    problems.push_back({from_files > 0 ? "prometheus-header-file" : "prometheus-header",
                        "Authorization can't be used twice, or with prometheus-token-file or credentials in "
                        "prometheus-url: choose one"});
  }
  if (options.deadline <= Duration::zero()) problems.push_back({"deadline", "must be positive"});
  if (options.max_response_bytes == 0) problems.push_back({"max_response_bytes", "must be positive"});
  if (options.max_connections == 0) problems.push_back({"max_connections", "must be positive"});
  return problems;
}

std::pair<std::string, std::string> split_pair(std::string_view text, std::string_view separators) {
  const auto trim = [](std::string_view part) {
    const std::size_t begin = std::min(part.find_first_not_of(" \t"), part.size());
    const std::size_t end = part.find_last_not_of(" \t") + 1;
    return std::string(part.substr(begin, end > begin ? end - begin : 0));
  };
  const std::size_t separator = text.find_first_of(separators);
  if (separator == std::string_view::npos) return {};
  return {trim(text.substr(0, separator)), trim(text.substr(separator + 1))};
}

}  // namespace inferno::prometheus
