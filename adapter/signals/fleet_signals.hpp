// One immutable snapshot of everything Prometheus said about the fleet. Swapped whole by the collector; share it
// freely.
#pragma once

#include <memory>

#include "adapter/decision/model_signals.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

// A snapshot as seen from one cluster state: which pods belong to which target is the state's to say. Thread safe.
class BoundSignals {
 public:
  virtual ~BoundSignals() = default;

  // What a decision about `model`, one of the state's, reads. `retention_period` bounds IdleEvidence::request_count. A
  // model without series gives empty samples of the right number.
  [[nodiscard]] virtual ModelSignals gather(const Model& model, Duration retention_period) const = 0;
};

class FleetSignals {
 public:
  virtual ~FleetSignals() = default;

  // The newest grid step for which Prometheus has answered.
  [[nodiscard]] virtual TimePoint as_of() const = 0;

  // Both the snapshot and the state must outlive the result.
  [[nodiscard]] virtual std::shared_ptr<const BoundSignals> bind(const ClusterState& state) const = 0;
};

}  // namespace inferno
