#include "adapter/signals/activity_ledger.hpp"

#include <algorithm>

namespace inferno::signals {

namespace {

std::size_t rows_of(const ActivityBlocks& blocks) {
  return std::max({blocks.activity.rows(), blocks.scraped_pods.rows(), blocks.finished_total.rows(),
                   blocks.gateway_activity.rows(), blocks.up_pods.rows()});
}

ActivityStep step_of(const ActivityBlocks& blocks, std::size_t row, std::size_t step) {
  const double activity = blocks.activity.at(row, step);
  return {.time = blocks.activity.range().at(step),
          .scraped_pods = blocks.scraped_pods.at(row, step),
          .up_pods = blocks.up_pods.at(row, step),
          .finished_total = blocks.finished_total.at(row, step),
          .used = activity >= 0 || !std::isnan(blocks.gateway_activity.at(row, step)),
          .appeared = activity < 0,
          .partial = blocks.partial,
          .same_counters = blocks.same_counters.at(row, step) > 0};
}

}  // namespace

std::map<Hole, std::vector<Row>> ActivityLedger::undecided_holes(const ActivityBlocks& blocks) const {
  std::map<Hole, std::vector<Row>> holes;
  for (std::size_t row = 0; row < rows_of(blocks); ++row) {
    ActivityEntry entry = row < entries_.size() ? entries_[row] : ActivityEntry();
    for (std::size_t index = 0; index < blocks.activity.range().size(); ++index) {
      const ActivityStep step = step_of(blocks, row, index);
      if (const auto from = undecided_hole(entry, step, gap_tolerance_)) {
        holes[{.from = *from, .to = step.time}].push_back(static_cast<Row>(row));
      }
      observe(entry, step, gap_tolerance_);
    }
  }
  return holes;
}

void ActivityLedger::append(const ActivityBlocks& blocks) {
  const GridRange& range = blocks.activity.range();
  const std::size_t rows = std::max(entries_.size(), rows_of(blocks));
  entries_.resize(rows);
  for (std::size_t step = 0; step < range.size(); ++step) {
    std::vector<float> finished(std::max(blocks.activity.rows(), blocks.finished_total.rows()), 0.0F);
    bool any_data = false;
    for (std::size_t row = 0; row < rows; ++row) {
      const ActivityStep seen = step_of(blocks, row, step);
      const double by_sum = observe(entries_[row], seen, gap_tolerance_);
      const double count = std::max({0.0, by_sum, blocks.activity.at(row, step)});
      if (count > 0) finished[row] = static_cast<float>(count);
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
    evidence.evidence_pods = entry.pods;
    evidence.counts_finished = !std::isnan(entry.finished_total);
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
