// A pod's metadata, reduced to what would scale the pod. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "adapter/state/pod_table.hpp"

namespace inferno::kubernetes {

// Of a Pod or its PartialObjectMetadata, by its controller (ownerReferences) and the labels that controllers set:
//  - label leaderworkerset.sigs.k8s.io/name: that LeaderWorkerSet, whose StatefulSets are its own affair;
//  - a ReplicaSet called <name>-<label pod-template-hash>: Deployment <name>;
//  - otherwise the controller itself.
// Nothing for a pod without controller.
[[nodiscard]] std::optional<Workload> workload_of_pod(const nlohmann::json& object);

}  // namespace inferno::kubernetes
