// The decision: a pure function of (cluster state, signals, policy, now). No I/O, no clock, no memory between calls.
#pragma once

#include <chrono>

#include "adapter/decision/decision.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

struct DecisionSettings {
  Duration scale_down_window{std::chrono::minutes{2}};
  // Signals older than this are stale: time stands still for the retention clock and the answer is marked.
  Duration stale_after{std::chrono::seconds{30}};
  Duration hpa_sync_period{std::chrono::seconds{15}};     // part of the horizon a rising rate is extrapolated over
  Duration default_cold_start{std::chrono::seconds{60}};  // until one has been measured
};

// No variant gets more than the smallest maxReplicas of its own and its autoscalers': the rest of the need goes to the
// other variants, and where none has room the answer is what fits and says so. Nor does it get fewer than its own
// minReplicas, and a model of which one variant has such a minimum is never at zero.
//
// `model` is one of state.models(). Every variant of it is decided at once: those of one role share the load, and all
// of them are idle, or wake, together. `policy` is what state.policies() says of the model; for callers that have asked
// already.
[[nodiscard]] ModelDecision decide(const ClusterState& state, const Model& model, ModelPolicy policy,
                                   ModelSignals signals, TimePoint now, const DecisionSettings& settings);
[[nodiscard]] ModelDecision decide(const ClusterState& state, const Model& model, ModelSignals signals, TimePoint now,
                                   const DecisionSettings& settings);

}  // namespace inferno
