// How a cluster wants the servers behind its aggregator to tell who asks: the data of the ConfigMap
// kube-system/extension-apiserver-authentication. Immutable; safe to share. Source of keys and rules:
// k8s.io/apiserver/pkg/server/options/authentication.go and pkg/authentication/request/headerrequest.
#pragma once

#include <boost/system/result.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/tls/client_authorities.hpp"

namespace inferno::server {

struct AuthenticationConfig {
  std::shared_ptr<const ClientAuthorities> client_authorities;       // null: nobody has a client certificate
  std::shared_ptr<const ClientAuthorities> front_proxy_authorities;  // null: there is no front proxy
  std::vector<std::string> allowed_names;                            // of the front proxy's certificate; empty: any
  std::vector<std::string> username_headers;                         // the first that has a value holds
  std::vector<std::string> uid_headers;                              // likewise
  std::vector<std::string> group_headers;                            // all values of all of them
  std::vector<std::string> extra_header_prefixes;
};

struct AuthenticationConfigError {
  std::string message;  // begins with the key at fault
};

// `clock` is the authorities'. Other keys are ignored. An absent key stands for nothing of its kind, but one CA there
// must be.
[[nodiscard]] boost::system::result<AuthenticationConfig, AuthenticationConfigError> parse_authentication_config(
    const std::map<std::string, std::string>& data, const SteadyClock& clock = std::chrono::steady_clock::now);

[[noreturn]] void throw_exception_from_error(const AuthenticationConfigError& error,
                                             const boost::source_location& where);

}  // namespace inferno::server
