// Which variants an external metric's label selector picks. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "adapter/state/cluster_state.hpp"
#include "adapter/state/metric_labels.hpp"

namespace inferno {

struct SelectedVariants {
  std::size_t count = 0;  // 2 stands for any larger number: nobody needs to know how many there are
  const Variant* first = nullptr;
  const Variant* second = nullptr;
};

// Of one namespace, as the external metrics API does; invalid variants have no metric. Looks no further than it must:
// thousands of autoscalers may ask.
[[nodiscard]] SelectedVariants select_variants(const ClusterState& state, std::string_view namespace_name,
                                               const std::map<std::string, std::string>& match_labels, LabelSet labels);

}  // namespace inferno
