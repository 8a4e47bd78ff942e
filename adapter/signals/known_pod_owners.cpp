#include "adapter/signals/known_pod_owners.hpp"

#include <algorithm>
#include <array>

namespace inferno::signals {
namespace {

// Kinds that pods, or the ReplicaSets and StatefulSets in between, name as their controller.
bool is_named_by_pods(std::string_view kind) {
  constexpr std::array<std::string_view, 4> kinds{"Deployment", "ReplicaSet", "StatefulSet", "LeaderWorkerSet"};
  return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

void KnownPodOwners::add(const std::string& namespace_name, const TargetReference& target) {
  by_name_.add(namespace_name, target.kind, target.name);
  if (!pods_.has(namespace_name)) return;
  targets_[namespace_name].push_back({.group = std::string(target.group()), .kind = target.kind, .name = target.name});
  if (!is_named_by_pods(target.kind)) other_kinds_.add(namespace_name, target.kind, target.name);
}

std::optional<std::string_view> KnownPodOwners::target_of(std::string_view namespace_name, std::string_view pod) const {
  const Workload* workload = pods_.find(namespace_name, pod);
  if (workload == nullptr) return by_name_.target_of(namespace_name, pod);
  if (const auto targets = targets_.find(namespace_name); targets != targets_.end()) {
    const auto found = std::ranges::find(targets->second, *workload);
    if (found != targets->second.end()) return found->name;
  }
  return other_kinds_.target_of(namespace_name, pod);
}

}  // namespace inferno::signals
