#include "adapter/http_client/base_url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace inferno::http_client {
namespace {

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    unsigned byte = 0;
    const std::string_view digits = text.substr(at + 1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    at += 2;
  }
  return decoded;
}

bool remove_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// "host", "host:port", "[address]:port" into the two; false where it is none of these.
bool split_authority(std::string_view text, std::string& host, std::string_view& port) {
  if (remove_prefix(text, "[")) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return false;
    host = text.substr(0, bracket);
    text.remove_prefix(bracket + 1);
    if (host.empty() || host.find_first_not_of("0123456789abcdefABCDEF:.%") != std::string::npos) return false;
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    host = text.substr(0, colon);
    text.remove_prefix(colon);
    if (host.empty() || host == "." || !std::ranges::all_of(host, is_host_character)) return false;
  }
  if (text.empty()) return true;
  port = text.substr(1);
  return text.front() == ':';
}

}  // namespace

void throw_exception_from_error(const UrlProblem& problem, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked URL problem: " + problem.message);
}

std::string BaseUrl::server_name() const {
  return host.substr(0, host.size() - (host.ends_with('.') ? 1 : 0));
}

std::string BaseUrl::authority() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  const std::string name = is_ipv6 ? "[" + host + "]" : server_name();
  return port == (is_tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

std::string BaseUrl::display() const {
  return (is_tls ? "https://" : "http://") + authority() + path_prefix;
}

boost::system::result<BaseUrl, UrlProblem> parse_base_url(std::string_view text) {
  BaseUrl url;
  std::string_view rest = text;
  if (remove_prefix(rest, "https://")) {
    url.is_tls = true;
  } else if (!remove_prefix(rest, "http://")) {
    return UrlProblem{"must begin with http:// or https://, for example http://prometheus.monitoring:9090"};
  }
  const std::size_t path_begin = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, path_begin);
  std::string_view path = rest.substr(path_begin);
  // Part of a password would be taken for the host.
  if (path.find('@') != std::string_view::npos) {
    return UrlProblem{
        "has a /, ? or # before an @: write them as %2F, %3F and %23 in a user or password, an @ in a path as %40"};
  }

  if (const std::size_t at_sign = authority.rfind('@'); at_sign != std::string_view::npos) {
    const std::string_view written = authority.substr(0, at_sign);
    const std::size_t colon = std::min(written.find(':'), written.size());
    const auto user = percent_decode(written.substr(0, colon));
    const auto password = percent_decode(written.substr(std::min(colon + 1, written.size())));
    if (!user || !password) return UrlProblem{"has a % in its credentials that two hexadecimal digits don't follow"};
    if (user->find(':') != std::string::npos)
      return UrlProblem{"has a colon in its user, which basic authentication can't send"};
    url.basic_credentials = *user + ':' + *password;
    authority.remove_prefix(at_sign + 1);
  }
  std::string_view port;
  if (!split_authority(authority, url.host, port)) return UrlProblem{"needs a host after http:// or https://"};
  url.port = url.is_tls ? 443 : 80;
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0) {
      return UrlProblem{"needs a port from 1 to 65535 after the colon"};
    }
  }
  if (path.find_first_of("?#") != std::string_view::npos) {
    return UrlProblem{"must not have a query or fragment: give only the part before /api/v1"};
  }
  const bool is_printable = std::ranges::all_of(path, [](char c) { return c > ' ' && c <= '~'; });
  if (!is_printable) return UrlProblem{"has a space or another character in its path that must be percent-encoded"};
  while (path.ends_with('/')) path.remove_suffix(1);
  url.path_prefix = path;
  return url;
}

}  // namespace inferno::http_client
