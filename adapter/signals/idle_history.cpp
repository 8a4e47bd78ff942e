#include "adapter/signals/idle_history.hpp"

#include <cmath>

namespace inferno::signals {
namespace {

std::size_t rows_of(const UseBlocks& blocks) {
  return std::max({blocks.reporting.rows(), blocks.used.rows(), blocks.finished.rows(), blocks.gateway_use.rows()});
}

UseStep step_of(const UseBlocks& blocks, std::size_t row, std::size_t step) {
  const auto has = [&](const SampleBlock& block) { return !std::isnan(block.at(row, step)); };
  return {.time = blocks.reporting.range().at(step),
          .pods = blocks.reporting.at(row, step),
          .joined = has(blocks.joined),
          .used = has(blocks.used) || has(blocks.gateway_use),
          .finished = blocks.finished.at(row, step),
          .same_counters = blocks.same_counters.at(row, step) > 0};
}

}  // namespace

std::optional<Gap> gap_before(const UseEntry& entry, const UseStep& step, Duration gap_tolerance) {
  const bool is_gap =
      step.pods > 0 && step.joined && entry.until != UseEntry::never && step.time - entry.until > gap_tolerance;
  return is_gap ? std::optional(Gap{.from = entry.until, .to = step.time}) : std::nullopt;
}

void observe(UseEntry& entry, const UseStep& step, Duration gap_tolerance) {
  const bool bridged = gap_before(entry, step, gap_tolerance) && step.same_counters;
  if (step.pods > 0) {
    if (entry.since == UseEntry::never || (step.joined && !bridged)) {
      entry.since = step.time;
      entry.most_pods = 0;
    }
    if (!bridged) entry.until = step.time;
    entry.pods = static_cast<float>(step.pods);
    entry.most_pods = std::max(entry.most_pods, entry.pods);
  }
  // After a gap that is bridged the counters are as they were: none of them is new.
  if (step.used || (!std::isnan(step.finished) && !bridged)) entry.last_use = step.time;
}

std::map<Gap, std::vector<Row>> IdleHistory::gaps(const UseBlocks& blocks) const {
  const GridRange& range = blocks.reporting.range();
  std::map<Gap, std::vector<Row>> gaps;
  std::vector<std::size_t> reporting(range.size());
  for (std::size_t row = 0; row < blocks.reporting.rows(); ++row) {
    UseEntry entry = row < entries_.size() ? entries_[row] : UseEntry();
    for (std::size_t index = 0; index < range.size(); ++index) {
      const UseStep step = step_of(blocks, row, index);
      if (step.pods > 0) ++reporting[index];
      if (const auto gap = gap_before(entry, step, gap_tolerance_)) gaps[*gap].push_back(static_cast<Row>(row));
      observe(entry, step, gap_tolerance_);
    }
  }
  constexpr std::size_t share = 10;
  std::erase_if(gaps,
                [&](const auto& gap) { return gap.second.size() * share < reporting[*range.index_of(gap.first.to)]; });
  return gaps;
}

void IdleHistory::append(const UseBlocks& blocks) {
  const GridRange& range = blocks.reporting.range();
  const std::size_t rows = rows_of(blocks);
  if (entries_.size() < rows) entries_.resize(rows);
  for (std::size_t step = 0; step < range.size(); ++step) {
    std::vector<float> finished(blocks.finished.rows(), 0.0F);
    for (std::size_t row = 0; row < rows; ++row) {
      const UseStep seen = step_of(blocks, row, step);
      observe(entries_[row], seen, gap_tolerance_);
      if (seen.finished > 0) finished[row] = static_cast<float>(seen.finished);
    }
    until_ = range.at(step);
    requests_.append(until_, std::move(finished));
  }
}

void IdleHistory::move_begin(TimePoint begin) {
  if (begin <= begin_) return;
  begin_ = begin;
  requests_.drop_before(begin);
}

void IdleHistory::forget(Row row) {
  if (row < entries_.size()) entries_[row] = UseEntry();
}

UseEntry IdleHistory::entry(Row row) const {
  if (row >= entries_.size()) return {};
  UseEntry entry = entries_[row];
  if (entry.last_use <= begin_) entry.last_use = UseEntry::never;
  if (entry.until <= begin_) {
    entry.since = entry.until = UseEntry::never;
  } else {
    entry.since = std::max(entry.since, begin_ + interval_);
  }
  return entry;
}

bool IdleHistory::is_silent(Row row) const {
  const UseEntry known = entry(row);
  return known.last_use == UseEntry::never && known.until == UseEntry::never;
}

}  // namespace inferno::signals
