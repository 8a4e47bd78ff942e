#include "adapter/signals/activity_ledger.hpp"

#include <algorithm>

namespace inferno::signals {

void ActivityLedger::append(const ActivityBlocks& blocks) {
  const GridRange& range = blocks.activity.range();
  const std::size_t rows =
      std::max({entries_.size(), blocks.activity.rows(), blocks.scraped_pods.rows(), blocks.finished_total.rows(),
                blocks.gateway_activity.rows(), blocks.up_pods.rows()});
  entries_.resize(rows);
  for (std::size_t step = 0; step < range.size(); ++step) {
    std::vector<float> finished(blocks.activity.rows(), 0.0F);
    bool any_data = false;
    for (std::size_t row = 0; row < rows; ++row) {
      const double activity = blocks.activity.at(row, step);
      const ActivityStep seen{.time = range.at(step),
                              .scraped_pods = blocks.scraped_pods.at(row, step),
                              .up_pods = blocks.up_pods.at(row, step),
                              .finished_total = blocks.finished_total.at(row, step),
                              .used = activity >= 0 || !std::isnan(blocks.gateway_activity.at(row, step)),
                              .appeared = activity < 0,
                              .partial = blocks.partial};
      observe(entries_[row], seen, gap_tolerance_);
      if (activity > 0) finished[row] = static_cast<float>(activity);
      any_data |= seen.scraped_pods > 0;
    }
    until_ = range.at(step);
    requests_.append(until_, std::move(finished));
    if (any_data) note_data(until_);
  }
}

void ActivityLedger::move_begin(TimePoint begin) {
  if (begin <= begin_) return;
  begin_ = begin;
  requests_.drop_before(begin);
}

std::optional<TimePoint> ActivityLedger::not_before_begin(std::optional<TimePoint> time) const {
  if (!time) return time;
  return std::max(*time, begin_ + interval_);
}

void ActivityLedger::forget(Row row) {
  if (row < entries_.size()) entries_[row] = ActivityEntry();
}

ActivityEvidence ActivityLedger::evidence(std::optional<Row> row, Duration retention_period) const {
  ActivityEvidence evidence;
  evidence.data_since = not_before_begin(data_since_);
  if (!row || *row >= entries_.size()) return evidence;
  const ActivityEntry& entry = entries_[*row];
  if (entry.last_activity > begin_) evidence.last_activity = entry.last_activity;
  if (entry.evidence_until > begin_) {
    evidence.evidence_since = not_before_begin(entry.evidence_since);
    evidence.evidence_until = entry.evidence_until;
  }
  evidence.request_count = requests_.count(*row, retention_period);
  return evidence;
}

bool ActivityLedger::silent_since(Row row, TimePoint time) const {
  if (row >= entries_.size()) return true;
  const ActivityEntry& entry = entries_[row];
  return entry.last_activity.value_or(TimePoint::min()) < time &&
         entry.evidence_until.value_or(TimePoint::min()) < time;
}

}  // namespace inferno::signals
