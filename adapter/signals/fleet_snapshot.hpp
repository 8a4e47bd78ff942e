// One answer of the collector: shared, immutable parts, and how to gather from them what a decision about one model
// reads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapter/signals/activity_ledger.hpp"
#include "adapter/signals/fleet_signals.hpp"
#include "adapter/signals/frame_window.hpp"
#include "adapter/signals/learned_table.hpp"
#include "adapter/signals/row_table.hpp"
#include "adapter/signals/signal_options.hpp"
#include "adapter/signals/wake_state.hpp"

namespace inferno::signals {

// Queries whose newest attempt failed, and why the first of them did.
struct QueryFailures {
  SignalSet signals;
  std::string cause;

  void add(Signal signal, const std::string& why) {
    if (signals.none()) cause = why;
    signals.set(static_cast<std::size_t>(signal));
  }
};

class FleetSnapshot final : public FleetSignals {
 public:
  // Pointers are never null, but `activity` while history is still being read, `wake` before its first answer and
  // `gateways` while none of them is asked or answers.
  struct Parts {
    TimePoint as_of;
    std::shared_ptr<const RowTable> rows;
    FrameList frames;  // one per step, ending at as_of
    std::shared_ptr<const ActivityLedger> activity;
    std::shared_ptr<const LearnedTable> learned;
    std::shared_ptr<const std::vector<float>> kv_tokens;  // by row
    std::shared_ptr<const WakeState> wake;                // by Prometheus
    std::shared_ptr<const WakeState> gateways;            // by themselves
    QueryFailures failures;                               // of queries by model
    QueryFailures variant_failures;  // of queries by pod; they concern models with several variants
    bool partial = false;
  };

  FleetSnapshot(const SignalOptions& options, Parts parts);

  [[nodiscard]] TimePoint as_of() const override { return parts_.as_of; }
  [[nodiscard]] ModelSignals gather(const ModelKey& model, std::span<const std::string> targets,
                                    Duration retention_period) const override;

  [[nodiscard]] const Parts& parts() const { return parts_; }

 private:
  [[nodiscard]] std::vector<GridSample> samples(std::optional<Row> row) const;
  [[nodiscard]] VariantSignals variant(std::optional<Row> row) const;
  [[nodiscard]] ActivityEvidence activity(std::optional<Row> row, std::optional<Row> gateway_row,
                                          const std::vector<GridSample>& samples, Duration retention_period) const;
  void add_wake(ModelSignals& signals, const ModelKey& model) const;

  Duration step_;
  Duration flow_interval_;
  Duration history_delay_;
  Duration wake_window_;
  Parts parts_;
};

}  // namespace inferno::signals
