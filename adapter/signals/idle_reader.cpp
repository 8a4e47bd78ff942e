#include "adapter/signals/idle_reader.hpp"

#include <spdlog/fmt/chrono.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "adapter/signals/concurrently.hpp"

namespace inferno::signals {

namespace asio = boost::asio;

IdleReader::IdleReader(QueryRunner& runner, const QueryTable& queries, const SignalOptions& options)
    : runner_(runner), options_(options), same_counters_(*queries.find("same_counters")) {
  for (const Query& query : queries.all()) {
    const bool is_use = std::holds_alternative<SampleBlock UseBlocks::*>(query.sink);
    if (is_use && query.grid == Grid::flow) readings_.emplace_back(query);
  }
}

void IdleReader::plan(TimePoint newest, Duration longest_period) {
  newest_ = newest;
  if (is_reading_) return;
  longest_period_ = longest_period;
  const Duration interval = options_.flow_interval;
  const TimePoint begin = IdleHistory::begin_for(newest, longest_period, interval);
  bool useless = std::exchange(is_outdated_, false);
  if (rebuilding_) {
    useless |= rebuilding_->begin() > begin || rebuilding_->until() < begin || rebuilding_->until() > newest;
  } else {
    useless |= !history_ || history_->begin() > IdleHistory::begin_for(history_->until(), longest_period, interval) ||
               history_->until() < begin || history_->until() > newest;
  }
  if (useless) rebuilding_.emplace(begin, interval, options_.gap_tolerance);
}

std::size_t IdleReader::missing_steps() const {
  const TimePoint known = rebuilding_ ? rebuilding_->until() : history_ ? history_->until() : newest_;
  return newest_ > known ? static_cast<std::size_t>((newest_ - known) / options_.flow_interval) : 0;
}

GridRange IdleReader::next_piece(const IdleHistory& history) const {
  const Duration interval = options_.flow_interval;
  const auto steps = static_cast<Duration::rep>(runner_.steps_per_request());
  return {.first = history.until() + interval,
          .last = std::min(newest_, history.until() + interval * steps),
          .step = interval};
}

asio::awaitable<void> IdleReader::read(Reading& reading, const GridRange& range, UseBlocks& blocks) {
  SampleBlock& whole = blocks.*std::get<SampleBlock UseBlocks::*>(reading.query->sink);
  const QueryRunner::BlockSink sink = [&](const SampleBlock& block) {
    const std::size_t offset = *range.index_of(block.range().first);
    for (std::size_t row = 0; row < block.rows(); ++row) {
      for (std::size_t step = 0; step < block.range().size(); ++step) {
        const double value = block.at(row, step);
        if (!std::isnan(value)) whole.add(static_cast<Row>(row), offset + step, value);
      }
    }
  };
  const bool answered = co_await runner_.read(reading, range, sink);
  if (!answered && failure_.empty()) failure_ = reading.failure;
}

asio::awaitable<void> IdleReader::decide_gaps(const IdleHistory& history, UseBlocks& blocks) {
  const std::map<Gap, std::vector<Row>> gaps = history.gaps(blocks);
  for (const auto& [gap, rows] : gaps) {
    const GridRange end{.first = gap.to, .last = gap.to, .step = options_.flow_interval};
    const std::size_t step = *blocks.same_counters.range().index_of(gap.to);
    const QueryRunner::BlockSink sink = [&](const SampleBlock& block) {
      for (const Row row : rows) {
        if (block.at(row, 0) > 0) blocks.same_counters.add(row, step, 1);
      }
    };
    const bool answered = co_await runner_.read(same_counters_, end, sink, gap.to - gap.from);
    if (answered) continue;
    failure_ = same_counters_.failure;
    co_return;
  }
}

asio::awaitable<bool> IdleReader::extend() {
  const bool rebuilding = rebuilding_.has_value();
  const GridRange range = next_piece(rebuilding ? *rebuilding_ : *history_);
  UseBlocks blocks(range);
  std::vector<Job> jobs;
  jobs.reserve(readings_.size());
  for (Reading& reading : readings_)
    jobs.emplace_back([this, &reading, &range, &blocks] { return read(reading, range, blocks); });

  const ScopedFlag reading(is_reading_);
  failure_.clear();
  co_await run_concurrently(jobs);
  if (failure_.empty()) co_await decide_gaps(rebuilding ? *rebuilding_ : *history_, blocks);
  if (!failure_.empty()) co_return false;

  // While this was under way nothing else changed what it extends: see is_reading(). Only now, since a copy of the
  // history is large and Prometheus takes its time.
  IdleHistory extended = rebuilding ? IdleHistory(std::move(*rebuilding_)) : *history_;
  extended.append(blocks);
  for (std::size_t row = 0; row < blocks.joined.rows(); ++row) {
    for (std::size_t step = 0; step < range.size(); ++step) {
      if (!std::isnan(blocks.joined.at(row, step))) joined_at_ = std::max(joined_at_, range.at(step));
    }
  }
  if (rebuilding && extended.until() < newest_) {
    rebuilding_ = std::move(extended);
  } else {
    finish(std::move(extended));
  }
  co_return true;
}

void IdleReader::finish(IdleHistory&& extended) {
  extended.move_begin(IdleHistory::begin_for(extended.until(), longest_period_, options_.flow_interval));
  history_ = std::make_shared<const IdleHistory>(std::move(extended));
  rebuilding_.reset();
}

std::string IdleReader::problem() const {
  if (!failure_.empty()) return failure_;
  if (history_) return {};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.flow_interval * missing_steps());
  return fmt::format("the history of use is still being read; {} of it are missing", seconds);
}

bool IdleReader::is_silent(Row row) const {
  return (!history_ || history_->is_silent(row)) && (!rebuilding_ || rebuilding_->is_silent(row));
}

bool IdleReader::is_without_new_pods(TimePoint time) const {
  return history_ && time <= history_->until() && time > joined_at_;
}

void IdleReader::forget(const std::vector<Row>& rows) {
  if (history_) {
    auto changed = std::make_shared<IdleHistory>(*history_);
    for (const Row row : rows) changed->forget(row);
    history_ = std::move(changed);
  }
  if (rebuilding_) {
    for (const Row row : rows) rebuilding_->forget(row);
  }
}

}  // namespace inferno::signals
