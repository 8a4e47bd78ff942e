#include "adapter/signals/activity_collector.hpp"

#include <spdlog/fmt/chrono.h>

#include <algorithm>

#include "adapter/signals/busy_mark.hpp"
#include "adapter/signals/concurrently.hpp"

namespace inferno::signals {

ActivityCollector::ActivityCollector(CollectorContext& context) : context_(context) {
  const auto by_model = [&context](Labels labels) { return context.rows.model(labels); };
  const auto add = [&](const char* name, SampleBlock ActivityBlocks::* block, auto expression, auto row) {
    queries_.push_back({.name = name, .block = block, .query = {.expression = expression, .row = row}});
  };
  const Expressions& expressions = context.expressions;
  add("activity", &ActivityBlocks::activity, [&](const Scope& scope) { return expressions.activity(scope); }, by_model);
  add(
      "scraped_pods", &ActivityBlocks::scraped_pods,
      [&](const Scope& scope) { return expressions.scraped_pods(scope); }, by_model);
  add(
      "finished_total", &ActivityBlocks::finished_total,
      [&](const Scope& scope) { return expressions.finished_total(scope); }, by_model);
  if (!expressions.gateway_activity({}).empty()) {
    add(
        "gateway_activity", &ActivityBlocks::gateway_activity,
        [&](const Scope& scope) { return expressions.gateway_activity(scope); },
        [&context](Labels labels) { return context.rows.gateway(labels); });
  }
  add(
      "up", &ActivityBlocks::up_pods,
      [this, &expressions](Scope scope) {
        if (scope.namespaces.empty()) scope.namespaces = unseen_namespaces_;
        return expressions.up_pods(scope);
      },
      [this](Labels labels) -> std::optional<Row> {
        const auto row = context_.rows.model_of_pod(labels);
        return row && *row < unseen_.size() && unseen_[*row] ? row : std::nullopt;
      });
  any_data_.expression = [&expressions](const Scope&) { return expressions.any_data(); };
  same_counters_.expression = [this, &expressions](const Scope& scope) {
    return expressions.same_counters(scope, hole_length_);
  };
  same_counters_.row = by_model;
  any_data_.row = [](Labels) { return std::optional<Row>(0); };
}

void ActivityCollector::set_unseen(std::vector<bool> unseen, std::vector<std::string> namespaces) {
  if (busy_) return;  // the next refresh brings it again
  unseen_ = std::move(unseen);
  unseen_namespaces_ = std::move(namespaces);
}

bool ActivityCollector::applies(const Query& query) const {
  return query.block != &ActivityBlocks::up_pods || !unseen_namespaces_.empty();
}

void ActivityCollector::plan(TimePoint newest) {
  const Duration interval = context_.options.flow_interval;
  const Duration period = context_.rows.layout().longest_retention_period();
  newest_ = newest;
  if (busy_) return;
  const TimePoint begin = ActivityLedger::begin_for(newest, period, interval);
  const auto begin_anew = [&] { rebuilding_.emplace(begin, interval, context_.options.gap_tolerance); };
  if (rebuilding_) {
    const bool useless = rebuilding_->begin() > begin || rebuilding_->until() < begin || rebuilding_->until() > newest;
    if (useless) begin_anew();
  } else if (!ledger_ || ledger_->begin() > ActivityLedger::begin_for(ledger_->until(), period, interval) ||
             ledger_->until() < begin || ledger_->until() > newest) {
    begin_anew();
  }
}

std::size_t ActivityCollector::missing_steps() const {
  const TimePoint known = rebuilding_ ? rebuilding_->until() : ledger_ ? ledger_->until() : newest_;
  return newest_ > known ? static_cast<std::size_t>((newest_ - known) / context_.options.flow_interval) : 0;
}

GridRange ActivityCollector::next_piece(const ActivityLedger& ledger) const {
  const Duration interval = context_.options.flow_interval;
  std::size_t steps = context_.steps_in_passing();
  for (const Query& query : queries_) steps = std::min(steps, context_.reader.steps_per_request(query.query.series));
  return {.first = ledger.until() + interval,
          .last = std::min(newest_, ledger.until() + interval * static_cast<Duration::rep>(steps)),
          .step = interval};
}

boost::asio::awaitable<void> ActivityCollector::read(Query& query, const GridRange& range, ActivityBlocks& blocks) {
  SampleBlock& whole = blocks.*query.block;
  const RangeReader::Sink sink = [&](const SampleBlock& block, bool partial) {
    blocks.partial |= partial;
    const std::size_t offset = *range.index_of(block.range().first);
    for (std::size_t row = 0; row < block.rows(); ++row) {
      for (std::size_t step = 0; step < block.range().size(); ++step) {
        const double value = block.at(row, step);
        if (!std::isnan(value)) whole.add(static_cast<Row>(row), offset + step, value);
      }
    }
  };
  const prometheus::QueryResult<void> result = co_await context_.reader.read(query.query, range, sink);
  if (result) co_return;
  if (failure_.empty()) failure_ = result.error().message;
  context_.telemetry.failed(query.name);
}

// Only the beginning of what Prometheus keeps is of interest: a pod that isn't there leaves no series, but Prometheus
// has data all the same.
boost::asio::awaitable<void> ActivityCollector::read_oldest_data(const GridRange& range,
                                                                 std::optional<TimePoint>& oldest) {
  const RangeReader::Sink sink = [&](const SampleBlock& block, bool /*partial*/) {
    for (std::size_t step = 0; step < block.range().size() && !oldest; ++step) {
      if (!std::isnan(block.at(0, step))) oldest = block.range().at(step);
    }
  };
  const prometheus::QueryResult<void> result = co_await context_.reader.read(any_data_, range, sink);
  if (!result && failure_.empty()) failure_ = result.error().message;
}

// Models that were not scraped because Prometheus was away have the same hole; others have few different ones, since
// both of its ends lie on the flow grid.
boost::asio::awaitable<void> ActivityCollector::read_undecided_holes(const ActivityLedger& ledger,
                                                                     ActivityBlocks& blocks) {
  const std::map<Hole, std::vector<Row>> holes = ledger.undecided_holes(blocks);
  for (const auto& [hole, rows] : holes) {
    const GridRange end{.first = hole.to, .last = hole.to, .step = context_.options.flow_interval};
    const std::size_t step = *blocks.same_counters.range().index_of(hole.to);
    const RangeReader::Sink sink = [&](const SampleBlock& block, bool partial) {
      if (partial) return;  // proves nothing
      for (const Row row : rows) {
        if (block.at(row, 0) > 0) blocks.same_counters.add(row, step, 1);
      }
    };
    hole_length_ = hole.to - hole.from;
    const prometheus::QueryResult<void> result = co_await context_.reader.read(same_counters_, end, sink);
    if (result) continue;
    failure_ = result.error().message;
    context_.telemetry.failed("same_counters");
    co_return;
  }
}

boost::asio::awaitable<bool> ActivityCollector::extend() {
  const bool rebuilding = rebuilding_.has_value();
  const GridRange range = next_piece(rebuilding ? *rebuilding_ : *ledger_);
  ActivityBlocks blocks(range);
  std::optional<TimePoint> oldest;
  std::vector<Job> jobs;
  for (Query& query : queries_) {
    if (applies(query)) jobs.emplace_back([this, &query, &range, &blocks] { return read(query, range, blocks); });
  }
  const bool has_data = (rebuilding ? *rebuilding_ : *ledger_).data_since().has_value();
  if (!has_data) jobs.emplace_back([this, &range, &oldest] { return read_oldest_data(range, oldest); });

  const BusyMark busy(busy_);
  failure_.clear();
  co_await run_concurrently(jobs);
  if (failure_.empty()) co_await read_undecided_holes(rebuilding ? *rebuilding_ : *ledger_, blocks);
  if (!failure_.empty()) co_return false;

  // While this was under way nobody else changed what it extends: see busy(). Only now, since a copy of the ledger is
  // large and Prometheus takes its time.
  ActivityLedger extended = rebuilding ? ActivityLedger(std::move(*rebuilding_)) : *ledger_;
  partial_ = blocks.partial;
  extended.append(blocks);
  if (oldest) extended.note_data(*oldest);
  if (rebuilding && extended.until() < newest_) {
    rebuilding_ = std::move(extended);
  } else {
    finish(std::move(extended));
  }
  co_return true;
}

void ActivityCollector::finish(ActivityLedger&& extended) {
  extended.move_begin(ActivityLedger::begin_for(extended.until(), context_.rows.layout().longest_retention_period(),
                                                context_.options.flow_interval));
  ledger_ = std::make_shared<const ActivityLedger>(std::move(extended));
  rebuilding_.reset();
}

std::string ActivityCollector::problem() const {
  if (!failure_.empty()) return failure_;
  if (ledger_) return {};
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(context_.options.flow_interval * missing_steps());
  return fmt::format("the history of use is still being read; {} of it are missing", seconds);
}

bool ActivityCollector::silent(Row row) const {
  return (!ledger_ || ledger_->silent_since(row, ledger_->begin())) &&
         (!rebuilding_ || rebuilding_->silent_since(row, rebuilding_->begin()));
}

void ActivityCollector::forget(const std::vector<Row>& rows) {
  if (ledger_) {
    auto changed = std::make_shared<ActivityLedger>(*ledger_);
    for (const Row row : rows) changed->forget(row);
    ledger_ = std::move(changed);
  }
  if (rebuilding_) {
    for (const Row row : rows) rebuilding_->forget(row);
  }
}

}  // namespace inferno::signals
