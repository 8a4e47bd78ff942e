// Which cluster the options name, and how to reach it.
#pragma once

#include "adapter/common/parse_result.hpp"
#include "adapter/kubernetes/api/cluster_access.hpp"
#include "adapter/options/options.hpp"

namespace inferno {

// From the kubeconfig where one is given, else from what Kubernetes gives every pod. Reads the files.
[[nodiscard]] ParseResult<kubernetes::ClusterAccess> cluster_access(const StateOptions& options);

}  // namespace inferno
