// Looks at how the objects of one cluster state are wired together, and says what to change. Pure.
//
// An autoscaler counts as ours where it asks for one of our metrics, or for any metric of a VariantAutoscaling; others
// (KEDA's, for one, which has its own way to zero and back) are only counted. Source of the HPA's rules:
// k8s.io/kubernetes/pkg/controller/podautoscaler.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "adapter/advice/advice.hpp"
#include "adapter/advice/series_findings.hpp"
#include "adapter/advice/wiring_settings.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

class WiringAdvisor {
 public:
  // The state must outlive the advisor.
  explicit WiringAdvisor(const ClusterState& state, WiringSettings settings = {});

  // About state.variants()[variant], in the order of AdviceCode for each autoscaler; empty (without an allocation)
  // where all is well, and for an invalid variant, which has an error of its own. `findings`: see find_series(); null
  // for none.
  [[nodiscard]] std::vector<Advice> advise(std::size_t variant, const SeriesFindings* findings) const;

 private:
  // Positions of the variants that name the same scale target, the given one among them, in order of name.
  [[nodiscard]] std::span<const std::size_t> sharers(std::size_t variant) const;

  const ClusterState& state_;
  WiringSettings settings_;
  std::vector<std::size_t> by_target_;  // valid variants, in order of scale target and name
};

}  // namespace inferno
