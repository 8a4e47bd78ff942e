// What is remembered about the use of one model, and how one step of the flow grid changes it. Pure: the history read
// at start and the steps that follow go through the same function, so a restarted adapter knows what the others know.
#pragma once

#include <cmath>
#include <limits>
#include <optional>

#include "adapter/common/time.hpp"

namespace inferno::signals {

// What Prometheus said about one model and one flow interval; from samples scraped within it.
struct ActivityStep {
  TimePoint time;                                                    // the interval's end
  double scraped_pods = std::numeric_limits<double>::quiet_NaN();    // pods that told how many requests run
  double up_pods = std::numeric_limits<double>::quiet_NaN();         // pods scraped well that have no engine series
  double finished_total = std::numeric_limits<double>::quiet_NaN();  // sum of the finished counters
  bool used = false;           // something finished, ran, waited, was queued or arrived
  bool appeared = false;       // a counter appeared above zero
  bool partial = false;        // Prometheus warned: what it shows is true, what it doesn't show is not proven
  bool same_counters = false;  // after a hole: each finished counter stands where it stood before, none came or went
};

struct ActivityEntry {
  std::optional<TimePoint> last_activity;
  std::optional<TimePoint> evidence_since;  // unbroken, or bridged, since then
  std::optional<TimePoint> evidence_until;
  bool obscured = false;  // an answer since evidence_until was partial

  // At evidence_until; decide a hole after it.
  double finished_total = std::numeric_limits<double>::quiet_NaN();
  double pods = std::numeric_limits<double>::quiet_NaN();
};

// The beginning of a hole that ends with `step`, where sums cannot tell what happened in it: as many pods with the same
// sum may be the same ones that did nothing or others that did. ActivityStep::same_counters has to decide.
[[nodiscard]] std::optional<TimePoint> undecided_hole(const ActivityEntry& entry, const ActivityStep& step,
                                                      Duration gap_tolerance);

// Steps come in order of time. A hole (no scrape for longer than `gap_tolerance`, or a partial answer) is decided by
// the counters on both sides: the same counters prove that nothing finished; a larger sum is activity at the hole's
// end; anything else proves nothing, and the evidence starts anew there. Returns the requests that are known to have
// finished by their sum only.
double observe(ActivityEntry& entry, const ActivityStep& step, Duration gap_tolerance);

}  // namespace inferno::signals
