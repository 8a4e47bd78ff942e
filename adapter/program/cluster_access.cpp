#include "adapter/program/cluster_access.hpp"

namespace inferno {
namespace {

// The API server of a pod's cluster is told by its environment, the rest by files that Kubernetes mounts.
constexpr const char* service_account_folder = "/var/run/secrets/kubernetes.io/serviceaccount";

}  // namespace

ParseResult<kubernetes::ClusterAccess> cluster_access(const StateOptions& options) {
  if (!options.kubeconfig.empty()) return kubernetes::load_kubeconfig(options.kubeconfig);
  return kubernetes::in_cluster_access(options.kubernetes_service_host, options.kubernetes_service_port,
                                       service_account_folder);
}

}  // namespace inferno
