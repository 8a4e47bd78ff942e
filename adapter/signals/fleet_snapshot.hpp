// One answer of the collector: shared, immutable parts, and how to gather from them what a decision about one model
// reads.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapter/signals/calibration.hpp"
#include "adapter/signals/fleet_signals.hpp"
#include "adapter/signals/idle_history.hpp"
#include "adapter/signals/row_table.hpp"
#include "adapter/signals/sample_window.hpp"
#include "adapter/signals/signal_options.hpp"
#include "adapter/signals/wake_state.hpp"

namespace inferno::signals {

// Queries whose newest attempt failed, and why the first of them did.
struct QueryFailures {
  SignalSet signals;
  std::string cause;

  void add(Signal signal, const std::string& why) {
    if (signals.none()) cause = why;
    if (signal != Signal::count_) signals.set(static_cast<std::size_t>(signal));
  }
};

// By (namespace, owner of the pods).
using OwnerName = std::pair<std::string, std::string>;
using Sightings = std::map<OwnerName, Sighting>;
using KvTokens = std::map<OwnerName, double>;  // of one pod

class FleetSnapshot final : public FleetSignals {
 public:
  // Pointers are never null, but `idle` while history is still being read, `wake` before its first answer and
  // `gateways` while none of them is asked or answers.
  struct Parts {
    TimePoint as_of;
    std::shared_ptr<const RowTable> rows;
    FrameList frames;  // one per step, ending at as_of
    std::shared_ptr<const IdleHistory> idle;
    std::shared_ptr<const Calibration> calibration;
    std::shared_ptr<const KvTokens> kv_tokens;
    std::shared_ptr<const Sightings> sightings;
    std::shared_ptr<const WakeState> wake;      // by Prometheus
    std::shared_ptr<const WakeState> gateways;  // by themselves
    QueryFailures failures;
  };

  FleetSnapshot(const SignalOptions& options, Parts parts);

  [[nodiscard]] TimePoint as_of() const override { return parts_.as_of; }
  [[nodiscard]] std::shared_ptr<const BoundSignals> bind(const ClusterState& state) const override;

  [[nodiscard]] const Parts& parts() const { return parts_; }

 private:
  class Bound;

  Duration step_;
  Duration flow_interval_;
  Duration history_delay_;
  Duration wake_window_;
  Parts parts_;
};

}  // namespace inferno::signals
