// What is wrong with the configuration that one variant depends on, as far as that can be told. Pure.
#pragma once

#include <string>
#include <vector>

#include "adapter/state/cluster_state.hpp"

namespace inferno::feedback {

// One text each: an invalid or ignored field of the object, and what was skipped in ConfigMap keys that name its model.
// What is wrong in keys that concern every model, or that can't be read, is in the log and on /metrics: no single
// object is the place for it. Empty, without an allocation, where nothing is wrong.
[[nodiscard]] std::vector<std::string> configuration_faults(const Variant& variant, const PolicyBook& policies);

}  // namespace inferno::feedback
