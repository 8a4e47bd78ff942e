// Who decides: the decision core of this project, the existing controller's rule, and the bound for anything that
// cannot see the future.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/policy/fleet.hpp"

namespace inferno::bench {

// decide() of adapter/decision, fed with what the fleet queries would have returned at each scrape.
[[nodiscard]] std::unique_ptr<ScalingPolicy> make_adapter_policy(const FleetOptions& options);

// The existing controller's rule: a 30 s loop, one replica at a time by average spare capacity over a minute, blocked
// while in transition; its gauge is scraped before anyone sees it.
[[nodiscard]] std::unique_ptr<ScalingPolicy> make_controller_policy();

// Knows the present rate and the true capacity at once.
[[nodiscard]] std::unique_ptr<ScalingPolicy> make_reactive_bound(const Trace& trace, const FleetOptions& options);

}  // namespace inferno::bench
