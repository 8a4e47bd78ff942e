// The address of an HTTP API: http[s]://[user[:password]@]host[:port][/prefix]. Percent-encoding is decoded in the
// credentials only.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace inferno::http_client {

struct BaseUrl {
  bool is_tls = false;
  std::string host;  // a name or an address, an IPv6 one without brackets; a dot at its end makes a name absolute
  std::uint16_t port = 0;
  std::string path_prefix;        // "" or "/prefix", without a slash at the end
  std::string basic_credentials;  // "user:password"; empty where the address has none

  // What certificates and virtual hosts call the server: the host without a dot at its end.
  [[nodiscard]] std::string server_name() const;
  // server_name:port as the Host header wants it: brackets around IPv6, no port where it is the scheme's own.
  [[nodiscard]] std::string authority() const;
  // For messages: without credentials.
  [[nodiscard]] std::string display() const;
};

struct UrlProblem {
  std::string message;  // never repeats the credentials
};

[[noreturn]] void throw_exception_from_error(const UrlProblem& problem, const boost::source_location& where);

[[nodiscard]] boost::system::result<BaseUrl, UrlProblem> parse_base_url(std::string_view text);

}  // namespace inferno::http_client
