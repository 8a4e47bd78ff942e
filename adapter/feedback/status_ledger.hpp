// What is known of each variant's status in the cluster, and whose has to be written. No I/O. Not thread safe.
//
// Looking at a board costs no allocation for a variant of which nothing has changed. A variant's status is made anew
// when what it is made of has changed, and written when the cluster does not say that yet, at most once per interval.
// Positions are those of the board that was taken last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/advice/wiring_advisor.hpp"
#include "adapter/common/monotonic_clock.hpp"
#include "adapter/common/time.hpp"
#include "adapter/feedback/variant_event.hpp"
#include "adapter/feedback/variant_status.hpp"
#include "adapter/provider/decision_board.hpp"

namespace inferno::feedback {

class StatusLedger {
 public:
  struct Settings {
    Duration write_interval{5'000};  // between two writes of one object
    WiringSettings wiring;
  };

  explicit StatusLedger(Settings settings) : settings_(std::move(settings)) {}

  // Appends what has happened to `events` since the board before. The first one is compared with what the cluster says
  // was decided before, by another replica or an earlier life of this one.
  void take(const std::shared_ptr<const DecisionBoard>& board, bool prometheus_fails,
            std::vector<VariantEvent>& events);
  // As if no board had been taken.
  void forget();

  // At most so many positions to write now, whose turn it is; `may_write` is asked about the namespace.
  [[nodiscard]] std::vector<std::size_t> due(MonotonicTime now, std::size_t count,
                                             const std::function<bool(std::string_view)>& may_write);

  [[nodiscard]] const Variant& variant(std::size_t position) const { return board_->state().variants()[position]; }
  [[nodiscard]] VariantStatus status(std::size_t position) const;

  // What became of a write of `status`.
  void note_written(std::size_t position, const VariantStatus& status, MonotonicTime now);
  // It failed for a reason of its own: tried again after the interval, doubled with each failure, 5 minutes at most.
  // Returns how often it has failed in a row.
  unsigned note_failed(std::size_t position, MonotonicTime now);
  // The object is gone: not tried again before something changes.
  void note_gone(std::size_t position) { records_[position].wanting = false; }

 private:
  // What a status is made of, beside the objects themselves, of which it has a hash.
  struct Makings {
    std::size_t objects = 0;
    std::int32_t desired = 0;
    std::int32_t current = 0;
    Reason reason = Reason::steady;
    MetricsState metrics = MetricsState::found;
    bool decided = false;
    std::size_t findings = 0;  // hash

    bool operator==(const Makings&) const = default;
  };
  struct Record {
    std::optional<Makings> seen;
    std::size_t objects = 0;                         // of the state taken last
    std::size_t complaints = 0;                      // hash of what is wrong with its configuration; 0: nothing
    std::optional<std::int32_t> desired;             // decided last
    std::shared_ptr<const ReportedStatus> reported;  // in the cluster, when last looked at
    std::optional<std::size_t> written;              // hash of what was written over `reported`
    MonotonicTime not_before;
    unsigned failures = 0;
    bool wanting = false;
  };

  void take_state(const ClusterState& state, const ClusterState* before, std::vector<VariantEvent>& events);
  void note_configuration(const Variant& variant, Record& record, std::vector<VariantEvent>& events) const;
  void note_transition(const Variant& variant, const VariantAnswer& answer, Record& record,
                       std::vector<VariantEvent>& events) const;

  Settings settings_;
  std::shared_ptr<const DecisionBoard> board_;  // keeps the state that the advisor refers to
  bool prometheus_fails_ = false;
  std::optional<WiringAdvisor> advisor_;
  std::vector<Record> records_;  // parallel to the state's variants
  std::size_t next_ = 0;         // where to look for due ones first
};

}  // namespace inferno::feedback
