// The use of every workload over the longest retention period. A value: snapshots hold an immutable one.
//
// Read on the flow grid, once every scrape that belongs to a step is visible, and at start over the whole period. Both
// go through observe(), so a restarted adapter knows what the others know.
#pragma once

#include <algorithm>
#include <compare>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/signals/grid.hpp"
#include "adapter/signals/request_history.hpp"

namespace inferno::signals {

// The answers of one stretch of the flow grid; see queries.cpp.
struct UseBlocks {
  SampleBlock reporting;
  SampleBlock joined;
  SampleBlock used;
  SampleBlock finished;
  SampleBlock gateway_use;
  SampleBlock same_counters;  // where a gap ends

  explicit UseBlocks(const GridRange& range)
      : reporting(range), joined(range), used(range), finished(range), gateway_use(range), same_counters(range) {}
};

// What Prometheus said about one workload and one flow interval.
struct UseStep {
  TimePoint time;                                              // the interval's end
  double pods = std::numeric_limits<double>::quiet_NaN();      // that told how many requests they run
  bool joined = false;                                         // some engine is new, or back after a gap
  bool used = false;                                           // requests ran, waited or were queued
  double finished = std::numeric_limits<double>::quiet_NaN();  // requests; NaN: no counter has changed
  bool same_counters = false;  // after a gap: each finished counter stands where it stood before, none came or went
};

struct UseEntry {
  static constexpr TimePoint never = TimePoint::min();

  TimePoint last_use = never;
  TimePoint since = never;  // the evidence is unbroken, or bridged, since then
  TimePoint until = never;
  float pods = 0;       // at `until`
  float most_pods = 0;  // since `since`
};

// No evidence of a workload between two steps for longer than the gap tolerance.
struct Gap {
  TimePoint from;
  TimePoint to;

  friend auto operator<=>(const Gap&, const Gap&) = default;
};

// The gap that ends with `step`; same_counters has to decide it.
[[nodiscard]] std::optional<Gap> gap_before(const UseEntry& entry, const UseStep& step, Duration gap_tolerance);

// Steps come in order of time. A gap is bridged where every counter equals itself before it; otherwise the evidence
// starts anew at its end, and so it does where a single engine joins. A bridged gap ends with the step after it: until
// then a sample's counters have nothing to be compared with, and a request that came and went would not show.
void observe(UseEntry& entry, const UseStep& step, Duration gap_tolerance);

class IdleHistory {
 public:
  // Knows of the steps after `begin`, once they have been appended.
  IdleHistory(TimePoint begin, Duration interval, Duration gap_tolerance)
      : begin_(begin), until_(begin), interval_(interval), gap_tolerance_(gap_tolerance), requests_(interval) {}

  // Where a history that is to answer for `retention_period` at `newest` has to begin.
  [[nodiscard]] static TimePoint begin_for(TimePoint newest, Duration retention_period, Duration interval) {
    return RequestHistory::begin_for(newest, retention_period + interval, interval);
  }

  // The gaps that end within the stretch and are worth a question, each with its rows: those that at least a tenth of
  // the workloads that report at their end have had together. Prometheus was away then; where a few are back at times
  // of their own they mostly woke from zero, with new pods.
  [[nodiscard]] std::map<Gap, std::vector<Row>> gaps(const UseBlocks& blocks) const;
  // The stretch must follow until().
  void append(const UseBlocks& blocks);
  // What came before `begin` no longer counts, as if the history had begun there: answers do not depend on when an
  // adapter was started.
  void move_begin(TimePoint begin);
  void forget(Row row);

  [[nodiscard]] TimePoint begin() const { return begin_; }
  [[nodiscard]] TimePoint until() const { return until_; }  // the newest step that is in it
  [[nodiscard]] Duration gap_tolerance() const { return gap_tolerance_; }

  // As far as it lies after begin().
  [[nodiscard]] UseEntry entry(Row row) const;
  [[nodiscard]] double request_count(Row row, Duration period) const { return requests_.count(row, period); }
  // Nothing is known of the row.
  [[nodiscard]] bool is_silent(Row row) const;

 private:
  TimePoint begin_;
  TimePoint until_;
  Duration interval_;
  Duration gap_tolerance_;
  std::vector<UseEntry> entries_;  // by row
  RequestHistory requests_;
};

}  // namespace inferno::signals
