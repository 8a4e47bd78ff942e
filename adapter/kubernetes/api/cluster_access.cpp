#include "adapter/kubernetes/api/cluster_access.hpp"

#include <filesystem>
#include <optional>

#include "adapter/http_client/authorization.hpp"
#include "adapter/http_client/watched_file.hpp"

namespace inferno::kubernetes {
namespace {

using http_client::WatchedFile;

std::string trimmed(const std::string& text) {
  constexpr const char* space = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(space);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

// Better now than with the first request.
std::optional<ParseError> problem_of_files(const ClusterAccess& access) {
  if (!access.token_file.empty()) {
    http_client::Authorization authorization({}, access.token_file);
    if (const auto token = authorization.value(); !token) return ParseError{token.error().message};
  }
  if (access.url.is_tls) {
    if (const auto context = http_client::ClientTls(access.tls).context(); !context) {
      return ParseError{context.error().message};
    }
  }
  return std::nullopt;
}

}  // namespace

ParseResult<ClusterAccess> in_cluster_access(const std::string& host, const std::string& port,
                                             const std::string& service_account_folder) {
  if (host.empty() || port.empty()) {
    return ParseError{
        "not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set (give a kubeconfig file "
        "instead)"};
  }
  const bool is_ipv6 = host.find(':') != std::string::npos;
  const std::string text = "https://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + port;
  const auto url = http_client::parse_base_url(text);
  if (!url) {
    return ParseError{"KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT make \"" + text + "\", which " +
                      url.error().message};
  }
  ClusterAccess access;
  access.url = *url;
  access.tls.authorities.file = service_account_folder + "/ca.crt";
  access.token_file = service_account_folder + "/token";
  if (const auto problem = problem_of_files(access)) {
    return ParseError{"the pod's service account: " + problem->message +
                      " (is automountServiceAccountToken switched off?)"};
  }
  WatchedFile namespace_file(service_account_folder + "/namespace");
  if (namespace_file.refresh()) access.namespace_name = trimmed(namespace_file.content());
  return access;
}

ParseResult<ClusterAccess> load_kubeconfig(const std::string& file) {
  WatchedFile kubeconfig(file);
  if (const auto read = kubeconfig.refresh(); !read) return ParseError{read.error().message};
  auto access = parse_kubeconfig(kubeconfig.content(), std::filesystem::path(file).parent_path().string());
  if (!access) return ParseError{file + ": " + access.error().message};
  if (const auto problem = problem_of_files(*access)) {
    return ParseError{file + ": " + problem->message};
  }
  return access;
}

}  // namespace inferno::kubernetes
