// A fleet as the adapter holds it in memory, without Prometheus or cluster: what deciding everything anew reads.
#pragma once

#include <cstddef>
#include <memory>

#include "adapter/common/time.hpp"
#include "adapter/signals/fleet_signals.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::bench {

inline constexpr TimePoint noon{std::chrono::seconds{1'748'779'200}};

// One variant per model, one replica each; two policy ConfigMaps with defaults and an entry for every hundredth model.
[[nodiscard]] std::shared_ptr<const ClusterState> make_state(std::size_t models);

// Everything is known of every model up to noon; every fourth is full, all finish requests, and each has a gateway
// series of its own.
[[nodiscard]] std::shared_ptr<const FleetSignals> make_signals(std::size_t models);

}  // namespace inferno::bench
