#include "adapter/signals/learned_collector.hpp"

#include <algorithm>

#include "adapter/signals/busy_mark.hpp"
#include "adapter/signals/concurrently.hpp"
#include "adapter/signals/sample_collector.hpp"

namespace inferno::signals {

LearnedCollector::LearnedCollector(CollectorContext& context)
    : context_(context),
      table_(std::make_shared<const LearnedTable>(context.options.flow_interval, context.options.learning_window)) {
  const Expressions& expressions = context.expressions;
  for (const Grouping grouping : {Grouping::model, Grouping::pod}) {
    const auto scoped = [&context, grouping](const Scope& scope) {
      return grouping == Grouping::pod ? restricted_to_divided_models(context, scope) : scope;
    };
    add("throughput", Learned::throughput, grouping == Grouping::pod,
        [&expressions, grouping, scoped](const Scope& scope) {
          return expressions.throughput(grouping, scoped(scope));
        });
    add("batch", Learned::batch, grouping == Grouping::pod,
        [&expressions, grouping, scoped](const Scope& scope) { return expressions.batch(grouping, scoped(scope)); });
  }
  if (!expressions.cold_start({}).empty()) {
    add("cold_start", Learned::cold_start, false,
        [&expressions](const Scope& scope) { return expressions.cold_start(scope); });
  }
}

void LearnedCollector::add(const char* name, Learned kind, bool by_variant,
                           std::function<std::string(const Scope&)> expression) {
  CollectorContext& context = context_;
  FleetQuery query{.expression = std::move(expression), .row = {}};
  if (by_variant) {
    query.row = [&context](Labels labels) { return context.rows.variant(labels); };
  } else {
    query.row = [&context](Labels labels) { return context.rows.model(labels); };
  }
  queries_.push_back({.name = name,
                      .kind = kind,
                      .by_variant = by_variant,
                      .query = std::move(query),
                      .answered_until = std::nullopt});
}

bool LearnedCollector::applies(const Query& query) const {
  return !query.by_variant || !context_.rows.layout().divided_models().empty();
}

void LearnedCollector::follow_layout() {
  const FleetLayout& layout = context_.rows.layout();
  if (layout.division_fingerprint() == division_fingerprint_) return;
  division_fingerprint_ = layout.division_fingerprint();
  auto changed = std::make_shared<LearnedTable>(*table_);
  for (const FleetLayout::ModelEntry& model : layout.models()) {
    if (!model.divided()) continue;
    for (const std::string_view target : model.targets) {
      const auto row = context_.rows.rows().table().find(
          {.namespace_name = model.key.namespace_name, .model_id = model.key.model_id, .target = target});
      if (row) changed->forget(*row);
    }
  }
  table_ = std::move(changed);
  for (Query& query : queries_) {
    if (query.by_variant) query.answered_until.reset();
  }
}

void LearnedCollector::plan(TimePoint newest) {
  if (busy_) return;
  if (newest < newest_) {  // the clock was put right
    table_ = std::make_shared<const LearnedTable>(context_.options.flow_interval, context_.options.learning_window);
    for (Query& query : queries_) query.answered_until.reset();
  }
  newest_ = newest;
  follow_layout();
}

GridRange LearnedCollector::missing(const Query& query) const {
  const Duration interval = context_.options.flow_interval;
  TimePoint known = newest_ - context_.options.learning_window;
  if (query.answered_until) known = std::max(known, *query.answered_until);
  return {.first = align_down(known, interval) + interval, .last = newest_, .step = interval};
}

std::size_t LearnedCollector::missing_steps() const {
  std::size_t steps = 0;
  for (const Query& query : queries_) {
    const GridRange range = missing(query);
    if (applies(query) && range.first <= range.last) steps = std::max(steps, range.size());
  }
  return steps;
}

boost::asio::awaitable<void> LearnedCollector::read(Query& query, bool& failed) {
  GridRange range = missing(query);
  if (range.first > range.last) co_return;
  const auto steps = static_cast<Duration::rep>(context_.steps_in_passing());
  range.last = std::min(range.last, range.first + range.step * (steps - 1));
  const RangeReader::Sink sink = [&](const SampleBlock& block, bool /*partial*/) {
    auto changed = std::make_shared<LearnedTable>(*table_);
    changed->append(query.kind, block);
    table_ = std::move(changed);
    query.answered_until = block.range().last;
  };
  const prometheus::QueryResult<void> result = co_await context_.reader.read(query.query, range, sink);
  if (result) co_return;
  failed = true;
  context_.telemetry.failed(query.name);
}

boost::asio::awaitable<bool> LearnedCollector::extend() {
  bool failed = false;
  std::vector<Job> jobs;
  for (Query& query : queries_) {
    if (applies(query)) jobs.emplace_back([this, &query, &failed] { return read(query, failed); });
  }
  const BusyMark busy(busy_);
  co_await run_concurrently(jobs);
  co_return !failed;
}

bool LearnedCollector::silent(Row row) const {
  for (const Learned kind : {Learned::throughput, Learned::batch, Learned::cold_start}) {
    if (!table_->observations(kind, row, newest_).empty()) return false;
  }
  return true;
}

void LearnedCollector::forget(const std::vector<Row>& rows) {
  auto changed = std::make_shared<LearnedTable>(*table_);
  for (const Row row : rows) changed->forget(row);
  table_ = std::move(changed);
}

}  // namespace inferno::signals
