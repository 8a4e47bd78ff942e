// How to reach a Kubernetes API server, and as whom: from a kubeconfig file or from what Kubernetes gives a pod.
#pragma once

#include <string>

#include "adapter/common/parse_result.hpp"
#include "adapter/http_client/base_url.hpp"
#include "adapter/http_client/client_tls.hpp"

namespace inferno::kubernetes {

struct ClusterAccess {
  http_client::BaseUrl url;
  http_client::ClientTlsOptions tls;
  std::string server_name;     // what the server's certificate must say; the URL's host where empty
  std::string token_file;      // bearer token, read again as it rotates
  std::string token;           // a bearer token that stays; at most one of the two
  std::string namespace_name;  // of the pod, or of the kubeconfig's context; empty where neither says
};

// The pod's environment: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, and the folder with the service account's
// token, ca.crt and namespace (/var/run/secrets/kubernetes.io/serviceaccount). The error says what is missing.
[[nodiscard]] ParseResult<ClusterAccess> in_cluster_access(const std::string& host, const std::string& port,
                                                           const std::string& service_account_folder);

// A kubeconfig file (v1 Config), its current context. Relative file names in it are relative to its folder. Users with
// an exec plugin, an auth provider or impersonation are refused by an error that names the user and says what to use
// instead. Errors never repeat a secret.
[[nodiscard]] ParseResult<ClusterAccess> load_kubeconfig(const std::string& file);
// The pure part, which does not look at files: `folder` is where relative names start.
[[nodiscard]] ParseResult<ClusterAccess> parse_kubeconfig(const std::string& yaml, const std::string& folder);

}  // namespace inferno::kubernetes
