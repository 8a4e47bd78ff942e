#include "adapter/signals/sample_collector.hpp"

#include <algorithm>
#include <cmath>

#include "adapter/signals/concurrently.hpp"

namespace inferno::signals {

Scope restricted_to_divided_models(const CollectorContext& context, Scope scope) {
  std::size_t bytes = 0;
  for (const std::string& model : context.rows.layout().divided_models()) bytes += model.size() + 1;
  if (bytes <= context.options.max_model_matcher_bytes) scope.models = context.rows.layout().divided_models();
  return scope;
}

SampleCollector::SampleCollector(CollectorContext& context)
    : context_(context), window_(context.options.step, context.options.history) {
  add(Signal::kv_usage, "kv_usage", &GridSample::kv, &Expressions::kv_usage);
  add(Signal::running, "running", &GridSample::running, &Expressions::running);
  add(Signal::waiting, "waiting", &GridSample::waiting, &Expressions::waiting);
  add(Signal::pods, "pods", &GridSample::pods, &Expressions::pods);
  add(Signal::finished, "finished", &GridSample::finished_rise, &Expressions::finished_rise);
  if (!context.options.names.gateway_queue.empty()) {
    FleetQuery query{.expression = [&context](const Scope& scope) { return context.expressions.gateway_queue(scope); },
                     .row = [&context](Labels labels) { return context.rows.gateway(labels); }};
    queries_.push_back({.signal = Signal::gateway_queue,
                        .name = "gateway_queue",
                        .field = &GridSample::gateway_queue,
                        .by_variant = false,
                        .query = std::move(query),
                        .answered_until = {},
                        .partial = false,
                        .failure = {}});
  }
}

void SampleCollector::add(Signal signal, const char* name, float GridSample::* field,
                          std::string (Expressions::*expression)(Grouping, const Scope&) const) {
  CollectorContext& context = context_;
  FleetQuery by_model{
      .expression = [&context, expression](
                        const Scope& scope) { return (context.expressions.*expression)(Grouping::model, scope); },
      .row = [&context](Labels labels) { return context.rows.model(labels); }};
  FleetQuery by_pod{.expression =
                        [&context, expression](const Scope& scope) {
                          return (context.expressions.*expression)(Grouping::pod,
                                                                   restricted_to_divided_models(context, scope));
                        },
                    .row = [&context](Labels labels) { return context.rows.variant(labels); }};
  for (FleetQuery* query : {&by_model, &by_pod}) {
    if (signal == Signal::finished) query->stride = context_.options.flow_interval;
    queries_.push_back({.signal = signal,
                        .name = name,
                        .field = field,
                        .by_variant = query == &by_pod,
                        .query = std::move(*query),
                        .answered_until = {},
                        .partial = false,
                        .failure = {}});
  }
}

bool SampleCollector::applies(const Query& query) const {
  return !query.by_variant || !context_.rows.layout().divided_models().empty();
}

// When pods come to count for other variants, their rows are read anew over the whole window, as a restarted adapter
// would.
void SampleCollector::follow_layout() {
  const std::size_t fingerprint = context_.rows.layout().division_fingerprint();
  if (fingerprint == division_fingerprint_) return;
  division_fingerprint_ = fingerprint;
  for (Query& query : queries_) {
    if (query.by_variant) query.answered_until.reset();
  }
}

boost::asio::awaitable<void> SampleCollector::read(Query& query, TimePoint newest) {
  const GridRange window{.first = window_.oldest(), .last = newest, .step = context_.options.step};
  GridRange missing = window;
  if (query.answered_until) missing.first = std::max(missing.first, *query.answered_until + missing.step);
  if (missing.first > missing.last) co_return;

  bool partial = false;
  const RangeReader::Sink sink = [&](const SampleBlock& block, bool warned) {
    window_.merge(block, query.field);
    query.answered_until = block.range().last;
    partial |= warned;
  };
  const prometheus::QueryResult<void> result = co_await context_.reader.read(query.query, missing, sink);
  query.partial = partial;
  query.failure = result ? std::string() : result.error().message;
  if (!result) context_.telemetry.failed(query.name);
}

boost::asio::awaitable<bool> SampleCollector::refresh(TimePoint newest) {
  follow_layout();
  if (newest < window_.newest()) {  // the clock was put right
    for (Query& query : queries_) query.answered_until.reset();
  }
  window_.advance(newest);

  std::vector<Job> jobs;
  for (Query& query : queries_) {
    if (applies(query)) jobs.emplace_back([this, &query, newest] { return read(query, newest); });
  }
  co_await run_concurrently(jobs);

  failures_ = {};
  variant_failures_ = {};
  bool any_answered = false;
  for (const Query& query : queries_) {
    if (!applies(query)) continue;
    if (query.failure.empty()) {
      any_answered = true;
    } else {
      (query.by_variant ? variant_failures_ : failures_).add(query.signal, query.failure);
    }
  }
  co_return any_answered;
}

bool SampleCollector::partial() const {
  return std::any_of(queries_.begin(), queries_.end(),
                     [this](const Query& query) { return applies(query) && query.partial; });
}

bool SampleCollector::reports(Row row) const {
  return std::any_of(window_.frames().begin(), window_.frames().end(),
                     [row](const auto& frame) { return frame && frame->at(row).pods > 0; });
}

}  // namespace inferno::signals
