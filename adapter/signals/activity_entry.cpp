#include "adapter/signals/activity_entry.hpp"

namespace inferno::signals {
namespace {

bool proves_scrape(const ActivityStep& step) {
  return !step.partial && (step.scraped_pods > 0 || step.up_pods > 0);
}

double pods_of(const ActivityStep& step) {
  return step.scraped_pods > 0 ? step.scraped_pods : step.up_pods;
}

bool comparable(const ActivityEntry& entry, const ActivityStep& step) {
  return pods_of(step) == entry.pods && !std::isnan(step.finished_total) && !std::isnan(entry.finished_total);
}

bool ends_hole(const ActivityEntry& entry, const ActivityStep& step, Duration gap_tolerance) {
  return entry.evidence_until && (entry.obscured || step.time - *entry.evidence_until > gap_tolerance);
}

}  // namespace

std::optional<TimePoint> undecided_hole(const ActivityEntry& entry, const ActivityStep& step, Duration gap_tolerance) {
  const bool undecided = proves_scrape(step) && ends_hole(entry, step, gap_tolerance) && comparable(entry, step) &&
                         step.finished_total == entry.finished_total;
  return undecided ? entry.evidence_until : std::nullopt;
}

double observe(ActivityEntry& entry, const ActivityStep& step, Duration gap_tolerance) {
  bool active = step.used || step.appeared;
  double finished = 0;
  if (proves_scrape(step)) {
    const bool hole = ends_hole(entry, step, gap_tolerance);
    const bool rose = comparable(entry, step) && step.finished_total > entry.finished_total;
    if (!entry.evidence_since || (hole && !rose && !step.same_counters)) {
      entry.evidence_since = step.time;
    } else if (rose) {
      active = true;  // also where a scrape became visible too late for the interval it belongs to
      if (!step.appeared) finished = step.finished_total - entry.finished_total;
    } else if (hole) {
      active = step.used;  // the counters are as they were: none of them is new
    }
    entry.evidence_until = step.time;
    entry.obscured = false;
    entry.finished_total = step.finished_total;
    entry.pods = pods_of(step);
  } else if (step.partial) {
    entry.obscured = true;
  }
  if (active) entry.last_activity = step.time;
  return finished;
}

}  // namespace inferno::signals
