// Reading a kubeconfig (client.authentication: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1). Which of
// two fields counts where both are given is client-go's rule: data beats a file, a token file beats a token.
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <utility>

#include "adapter/common/yaml.hpp"
#include "adapter/http_client/base64.hpp"
#include "adapter/kubernetes/api/cluster_access.hpp"
#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {
namespace {

using http_client::ClientTls;
using http_client::ClientTlsOptions;
using http_client::PemSource;
using Json = nlohmann::json;

// Nothing that a message quotes is a secret: names of entries, fields and files.
class KubeconfigReader {
 public:
  KubeconfigReader(const Json& config, const std::string& folder) : config_(config), folder_(folder) {}

  ParseResult<ClusterAccess> read() {
    if (!config_.is_object() || find_text(config_, {"kind"}) != "Config") {
      return ParseError{"not a kubeconfig: kind: Config is expected"};
    }
    const std::string_view name = find_text(config_, {"current-context"});
    if (name.empty()) return ParseError{"no current-context: choose one by 'kubectl config use-context'"};
    select("context", "contexts", name);
    const std::string cluster = text("cluster");
    const std::string user = text("user");
    access_.namespace_name = text("namespace");
    if (cluster.empty()) reject("names no cluster");

    select("cluster", "clusters", cluster);
    read_cluster();
    if (!user.empty()) {  // without one: anonymous
      select("user", "users", user);
      read_user();
    }
    if (error_) return *error_;
    return access_;
  }

 private:
  // Makes the entry of this name the one that is read, and that errors name.
  void select(const std::string& kind, const char* list, std::string_view name) {
    if (error_) return;
    entry_ = kind + " \"" + std::string(name) + '"';
    current_ = nullptr;
    const Json* entries = find_field(config_, {list});
    if (entries != nullptr && entries->is_array()) {
      for (const Json& entry : *entries) {
        if (find_text(entry, {"name"}) == name && current_ == nullptr) current_ = find_field(entry, {kind});
      }
    }
    if (current_ == nullptr) reject(std::string("is not among the ") + list);
  }

  void reject(std::string_view what) {
    if (!error_) error_ = ParseError{entry_ + " " + std::string(what)};
  }

  [[nodiscard]] const Json* field(std::string_view name) const {
    return error_ ? nullptr : find_field(*current_, {name});
  }

  // Empty where the field is absent.
  std::string text(std::string_view name) {
    const Json* value = field(name);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    reject("has a " + std::string(name) + " that is not text: put it in quotes");
    return {};
  }

  bool flag(std::string_view name) {
    const Json* value = field(name);
    if (value == nullptr) return false;
    if (value->is_boolean()) return value->get<bool>();
    reject("has " + std::string(name) + " that is neither true nor false");
    return false;
  }

  std::string file(std::string_view name) {
    const std::string path = text(name);
    return path.empty() ? path : (std::filesystem::path(folder_) / path).lexically_normal().string();
  }

  PemSource pem(const std::string& name) {
    const std::string data = text(name + "-data");
    if (data.empty()) return {.file = file(name), .text = {}};
    const auto decoded = http_client::decode_base64(data);
    if (!decoded) reject("has " + name + "-data that is not base64");
    return {.file = {}, .text = decoded.value_or(std::string())};
  }

  // Files are looked at when they are used, for they may change.
  void check(const ClientTlsOptions& options, std::string_view what) {
    if (error_) return;
    const auto context = ClientTls(options).context();
    if (!context) reject("has unusable " + std::string(what) + ": " + context.error().message);
  }

  void read_cluster() {
    read_server();
    if (field("proxy-url") != nullptr) {
      reject("has a proxy-url, which is not supported: give a server that can be reached without a proxy");
    }
    access_.server_name = text("tls-server-name");
    access_.tls.insecure_skip_verify = flag("insecure-skip-tls-verify");
    access_.tls.authorities = pem("certificate-authority");
    if (access_.tls.authorities.empty()) return;
    if (access_.tls.insecure_skip_verify) {
      reject("has both insecure-skip-tls-verify and a certificate-authority: choose one");
    }
    if (access_.tls.authorities.file.empty()) {
      check({.authorities = access_.tls.authorities, .certificate = {}, .key = {}}, "certificate-authority-data");
    }
  }

  void read_server() {
    const std::string server = text("server");
    const bool has_scheme = server.starts_with("https://") || server.starts_with("http://");
    if (!has_scheme || server.find_first_of("?#") != std::string::npos) {
      reject("needs a server such as https://10.0.0.1:6443");
      return;
    }
    const auto url = http_client::parse_base_url(server);
    if (!url) {
      reject("has an unusable server: it " + url.error().message);
    } else if (!url->basic_credentials.empty()) {
      reject("has credentials in its server: give them as the user's username and password");
    } else {
      access_.url = *url;
    }
  }

  void refuse(std::initializer_list<const char*> fields, std::string_view what) {
    for (const char* name : fields) {
      if (field(name) == nullptr) continue;
      reject("uses " + std::string(what) + " (" + name +
             "), which is not supported: use a service account's token, or a client certificate");
    }
  }

  void read_user() {
    refuse({"exec"}, "a credential plugin");
    refuse({"auth-provider"}, "an auth provider");
    refuse({"as", "as-uid", "as-groups", "as-user-extra"}, "impersonation");

    access_.tls.certificate = pem("client-certificate");
    access_.tls.key = pem("client-key");
    const bool has_certificate = !access_.tls.certificate.empty();
    if (has_certificate != !access_.tls.key.empty()) {
      reject(has_certificate ? "has a client-certificate without a client-key"
                             : "has a client-key without a client-certificate");
    }
    if (has_certificate && access_.tls.certificate.file.empty() && access_.tls.key.file.empty()) {
      check({.authorities = {}, .certificate = access_.tls.certificate, .key = access_.tls.key},
            "client-certificate-data and client-key-data");
    }

    access_.token_file = file("tokenFile");
    std::string token = text("token");
    if (access_.token_file.empty()) access_.token = std::move(token);
    const std::string user_name = text("username");
    const std::string password = text("password");
    if (user_name.empty()) return;
    if (!access_.token.empty() || !access_.token_file.empty()) {
      reject("has both a token and a username: choose one");
    }
    if (user_name.find(':') != std::string::npos) reject("has a username with a colon");
    access_.url.basic_credentials = user_name + ":" + password;
  }

  const Json& config_;
  const std::string& folder_;
  const Json* current_ = nullptr;
  std::string entry_;
  ClusterAccess access_;
  std::optional<ParseError> error_;  // the first one
};

}  // namespace

ParseResult<ClusterAccess> parse_kubeconfig(const std::string& yaml, const std::string& folder) {
  const auto document = parse_yaml(yaml);
  if (!document) return document.error();
  return KubeconfigReader(document->value, folder).read();
}

}  // namespace inferno::kubernetes
