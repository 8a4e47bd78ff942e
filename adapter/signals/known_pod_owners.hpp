// Which scale target a pod belongs to: as the cluster says where it does, by the pod's name otherwise.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/signals/pod_owners.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::signals {

// Names tell about pods that the cluster does not: those of namespaces that are not watched, those that are not seen
// yet, and those that are gone already but whose samples still count. They also tell about a pod of a workload that no
// variant names: the controller of some other kind may have made that workload (which gave the pod its name). Immutable
// after the last add.
class KnownPodOwners final : public PodOwners {
 public:
  KnownPodOwners() = default;
  explicit KnownPodOwners(PodTable pods) : pods_(std::move(pods)) {}

  void add(const std::string& namespace_name, const TargetReference& target);
  [[nodiscard]] std::optional<std::string_view> target_of(std::string_view namespace_name,
                                                          std::string_view pod) const override;

 private:
  PodTable pods_;
  // Of the namespaces whose pods are known.
  std::map<std::string, std::vector<Workload>, std::less<>> targets_;
  NamedPodOwners by_name_;
  NamedPodOwners other_kinds_;  // whose pods may belong to workloads that their controllers make
};

}  // namespace inferno::signals
