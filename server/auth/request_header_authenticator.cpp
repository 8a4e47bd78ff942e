#include "server/auth/request_header_authenticator.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <string_view>
#include <utility>

#include "server/common/percent_decoding.hpp"

namespace inferno::server {
namespace {

using Headers = boost::beast::http::fields;

std::string first_value(const Headers& headers, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (const std::string_view value = headers[name]; !value.empty()) return std::string(value);
  }
  return {};
}

std::vector<std::string> all_values(const Headers& headers, const std::vector<std::string>& names) {
  std::vector<std::string> values;
  for (const auto& name : names) {
    const auto [begin, end] = headers.equal_range(name);
    for (auto header = begin; header != end; ++header) {
      if (!header->value().empty()) values.emplace_back(header->value());
    }
  }
  return values;
}

// Lower case before it is decoded: header names have no case, so a proxy encodes a letter whose case matters.
std::string extra_key(std::string_view encoded) {
  std::string lower(encoded);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  std::string key;
  return append_percent_decoded(key, lower) ? lower : key;  // told as it is where it isn't well encoded
}

using Extra = decltype(Identity::extra);

Extra extra_of(const Headers& headers, const std::vector<std::string>& prefixes) {
  Extra extra;
  for (const auto& prefix : prefixes) {
    for (const auto& header : headers) {
      const std::string_view name = header.name_string();
      if (name.size() < prefix.size() || !boost::beast::iequals(name.substr(0, prefix.size()), prefix)) continue;
      std::string key = extra_key(name.substr(prefix.size()));
      auto entry = std::ranges::find(extra, key, &Extra::value_type::first);
      if (entry == extra.end()) entry = extra.emplace(extra.end(), std::move(key), std::vector<std::string>());
      entry->second.emplace_back(header.value());
    }
  }
  return extra;
}

// Why the certificate is not the front proxy's; empty where it is.
std::string fault_of(const PeerCertificate& certificate, const AuthenticationConfig& config) {
  if (std::string fault = config.front_proxy_authorities->fault_of(certificate); !fault.empty()) return fault;
  const auto& names = config.allowed_names;
  if (names.empty() || std::ranges::find(names, certificate.common_name()) != names.end()) return {};
  return "its common name \"" + certificate.common_name() + "\" is not one of requestheader-allowed-names";
}

}  // namespace

RequestHeaderAuthenticator::RequestHeaderAuthenticator(std::shared_ptr<const ClusterAuthentication> cluster)
    : cluster_(std::move(cluster)) {}

boost::asio::awaitable<Result<std::optional<Identity>>> RequestHeaderAuthenticator::authenticate(
    Credentials credentials) {
  const auto config = cluster_->current();
  if (credentials.peer_certificate == nullptr || !config || !config->front_proxy_authorities) {
    co_return std::optional<Identity>{};
  }
  if (const std::string fault = fault_of(*credentials.peer_certificate, *config); !fault.empty()) {
    co_return unauthorized("Unauthorized: the client certificate is not a front proxy's: " + fault);
  }
  Identity identity;
  identity.name = first_value(credentials.headers, config->username_headers);
  if (identity.name.empty()) co_return std::optional<Identity>{};
  identity.uid = first_value(credentials.headers, config->uid_headers);
  identity.groups = all_values(credentials.headers, config->group_headers);
  identity.extra = extra_of(credentials.headers, config->extra_header_prefixes);
  co_return std::optional<Identity>(std::move(identity));
}

}  // namespace inferno::server
