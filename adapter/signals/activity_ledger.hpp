// The use of every model over the longest retention period. A value: snapshots hold an immutable one.
#pragma once

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <vector>

#include "adapter/decision/model_signals.hpp"
#include "adapter/signals/activity_entry.hpp"
#include "adapter/signals/grid.hpp"
#include "adapter/signals/request_history.hpp"

namespace inferno::signals {

// The answers of one stretch of the flow grid, see Expressions.
struct ActivityBlocks {
  SampleBlock activity;
  SampleBlock scraped_pods;
  SampleBlock finished_total;
  SampleBlock gateway_activity;
  SampleBlock up_pods;
  SampleBlock same_counters;  // where a hole that ends there is decided by it
  bool partial = false;

  explicit ActivityBlocks(const GridRange& range)
      : activity(range),
        scraped_pods(range),
        finished_total(range),
        gateway_activity(range),
        up_pods(range),
        same_counters(range) {}
};

// No scrape of a model between two steps; see undecided_hole().
struct Hole {
  TimePoint from;
  TimePoint to;

  friend auto operator<=>(const Hole&, const Hole&) = default;
};

class ActivityLedger {
 public:
  // Knows of the steps after `begin`, once they have been appended.
  ActivityLedger(TimePoint begin, Duration interval, Duration gap_tolerance)
      : begin_(begin), until_(begin), interval_(interval), gap_tolerance_(gap_tolerance), requests_(interval) {}

  // Where a ledger that is to answer for `retention_period` at `newest` has to begin.
  [[nodiscard]] static TimePoint begin_for(TimePoint newest, Duration retention_period, Duration interval) {
    return RequestHistory::begin_for(newest, retention_period + interval, interval);
  }

  // The holes that end within the stretch and need `same_counters`, each with its models.
  [[nodiscard]] std::map<Hole, std::vector<Row>> undecided_holes(const ActivityBlocks& blocks) const;
  // The stretch must follow until().
  void append(const ActivityBlocks& blocks);
  // What came before `begin` no longer counts, as if the ledger had begun there: answers do not depend on when an
  // adapter was started.
  void move_begin(TimePoint begin);
  // Prometheus had data at `time` already.
  void note_data(TimePoint time) { data_since_ = data_since_ ? std::min(*data_since_, time) : time; }
  void forget(Row row);

  [[nodiscard]] TimePoint begin() const { return begin_; }
  [[nodiscard]] TimePoint until() const { return until_; }  // the newest step that is in it
  [[nodiscard]] std::optional<TimePoint> data_since() const { return data_since_; }

  [[nodiscard]] ActivityEvidence evidence(std::optional<Row> row, Duration retention_period) const;
  // Nothing is known of the row since `time`.
  [[nodiscard]] bool silent_since(Row row, TimePoint time) const;

 private:
  [[nodiscard]] std::optional<TimePoint> not_before_begin(std::optional<TimePoint> time) const;

  TimePoint begin_;
  TimePoint until_;
  std::optional<TimePoint> data_since_;
  Duration interval_;
  Duration gap_tolerance_;
  std::vector<ActivityEntry> entries_;  // by row
  RequestHistory requests_;
};

}  // namespace inferno::signals
