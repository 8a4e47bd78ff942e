#include "server/auth/authentication_config.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace inferno::server {
namespace {

// Reads key after key until one can't be used.
class DataReader {
 public:
  DataReader(const std::map<std::string, std::string>& data, const SteadyClock& clock) : data_(data), clock_(clock) {}

  std::shared_ptr<const ClientAuthorities> authorities(const char* key) {
    const std::string& pem = text_of(key);
    if (pem.empty()) return nullptr;
    auto parsed = ClientAuthorities::parse(pem, clock_);
    if (!parsed) fail(key, "holds no usable PEM certificates");
    return parsed;
  }

  std::vector<std::string> texts(const char* key) {
    const std::string& text = text_of(key);
    if (text.empty()) return {};
    const auto json = nlohmann::json::parse(text, nullptr, false);
    std::vector<std::string> values;
    if (json.is_null()) return values;
    if (!json.is_array()) return fail(key, "must be a JSON array of strings");
    for (const auto& value : json) {
      if (!value.is_string()) return fail(key, "must be a JSON array of strings");
      values.push_back(value.get<std::string>());
    }
    return values;
  }

  std::vector<std::string> header_names(const char* key) {
    std::vector<std::string> names = texts(key);
    for (std::string& name : names) {
      constexpr std::string_view white = " \t\r\n";
      name.erase(0, name.find_first_not_of(white));
      name.erase(name.find_last_not_of(white) + 1);
      if (name.empty()) return fail(key, "names an empty header");
    }
    return names;
  }

  void require(bool holds, const char* key, const char* rule) {
    if (!holds) fail(key, rule);
  }

  [[nodiscard]] const std::optional<AuthenticationConfigError>& error() const { return error_; }

 private:
  const std::string& text_of(const char* key) const {
    static const std::string none;
    const auto found = data_.find(key);
    return found == data_.end() ? none : found->second;
  }

  // The first one counts.
  std::vector<std::string> fail(const char* key, std::string_view what) {
    if (!error_) error_ = AuthenticationConfigError{std::string(key).append(1, ' ').append(what)};
    return {};
  }

  const std::map<std::string, std::string>& data_;
  const SteadyClock& clock_;
  std::optional<AuthenticationConfigError> error_;
};

}  // namespace

boost::system::result<AuthenticationConfig, AuthenticationConfigError> parse_authentication_config(
    const std::map<std::string, std::string>& data, const SteadyClock& clock) {
  DataReader reader(data, clock);
  AuthenticationConfig config;
  config.client_authorities = reader.authorities("client-ca-file");
  config.front_proxy_authorities = reader.authorities("requestheader-client-ca-file");
  reader.require(config.client_authorities || config.front_proxy_authorities, "client-ca-file",
                 "and requestheader-client-ca-file are both missing");
  config.allowed_names = reader.texts("requestheader-allowed-names");
  config.username_headers = reader.header_names("requestheader-username-headers");
  config.uid_headers = reader.header_names("requestheader-uid-headers");
  config.group_headers = reader.header_names("requestheader-group-headers");
  config.extra_header_prefixes = reader.header_names("requestheader-extra-headers-prefix");
  if (reader.error()) return *reader.error();
  return config;
}

void throw_exception_from_error(const AuthenticationConfigError& error, const boost::source_location& /*where*/) {
  throw std::runtime_error(error.message);
}

}  // namespace inferno::server
