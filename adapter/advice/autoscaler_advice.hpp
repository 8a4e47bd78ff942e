// Advice about one HorizontalPodAutoscaler of one variant. Pure.
#pragma once

#include <vector>

#include "adapter/advice/advice.hpp"
#include "adapter/advice/wiring_settings.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

// Appends to `advice`. `variant` is one of state.variants(), has a scale target, and `autoscaler` is one of that
// target's.
void advise_on_autoscaler(const ClusterState& state, const Variant& variant, const Autoscaler& autoscaler,
                          const WiringSettings& settings, std::vector<Advice>& advice);

}  // namespace inferno
