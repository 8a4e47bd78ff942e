#include "adapter/signals/activity_entry.hpp"

namespace inferno::signals {

void observe(ActivityEntry& entry, const ActivityStep& step, Duration gap_tolerance) {
  bool active = step.used || step.appeared;
  const bool engine_scraped = step.scraped_pods > 0;
  if (!step.partial && (engine_scraped || step.up_pods > 0)) {
    const double pods = engine_scraped ? step.scraped_pods : step.up_pods;
    const bool comparable = pods == entry.pods && !std::isnan(step.finished_total) && !std::isnan(entry.finished_total);
    const bool hole = entry.evidence_until && step.time - *entry.evidence_until > gap_tolerance;
    if (!entry.evidence_since || (hole && !(comparable && step.finished_total >= entry.finished_total))) {
      entry.evidence_since = step.time;
    } else if (comparable && step.finished_total > entry.finished_total) {
      active = true;  // also where a scrape became visible too late for the interval it belongs to
    } else if (hole) {
      active = step.used;  // the counters are as they were: none of them is new
    }
    entry.evidence_until = step.time;
    entry.finished_total = step.finished_total;
    entry.pods = pods;
  }
  if (active) entry.last_activity = step.time;
}

}  // namespace inferno::signals
