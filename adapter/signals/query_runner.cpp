#include "adapter/signals/query_runner.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "adapter/signals/concurrently.hpp"
#include "adapter/signals/workload_rows.hpp"

namespace inferno::signals {

namespace asio = boost::asio;

using prometheus::QueryError;
using prometheus::QueryErrorKind;
using prometheus::QueryReport;
using prometheus::QueryResult;
using prometheus::RangeQuery;

namespace {

constexpr std::size_t max_steps_per_request = 500;
// Requests for more steps than a refresh ordinarily needs read history.
constexpr std::size_t refresh_steps = 4;

bool asks_for_less(const QueryError& error) {
  return error.kind == QueryErrorKind::too_many_samples || error.kind == QueryErrorKind::too_large;
}

}  // namespace

std::string_view label_value(Labels labels, std::string_view name) {
  for (const auto& [key, value] : labels) {
    if (key == name) return value;
  }
  return {};
}

std::string_view gateway_model(Labels labels, const GatewaySeries& series) {
  if (!series.model_label.empty()) return label_value(labels, series.model_label);
  const std::string_view target = label_value(labels, "target_model_name");
  return target.empty() ? label_value(labels, "model_name") : target;
}

// Puts an answer's samples where they belong. The block of an answer that turns out not to be whole is dropped.
class QueryRunner::BlockWriter final : public prometheus::SeriesVisitor {
 public:
  BlockWriter(QueryRunner& runner, RowsBy rows, SampleBlock& block) : runner_(runner), rows_(rows), block_(block) {}

  void on_series(Labels labels) override { row_ = runner_.row_of(rows_, labels); }

  void on_sample(TimePoint time, double value) override {
    if (!row_ || std::isinf(value)) return;
    if (const auto step = block_.range().index_of(time)) block_.add(*row_, *step, value);
  }

 private:
  QueryRunner& runner_;
  RowsBy rows_;
  SampleBlock& block_;
  std::optional<Row> row_;
};

// Sees that the times answered are the times asked for: a query frontend that rounds them would shift all samples.
class QueryRunner::GridCheck final : public prometheus::SeriesVisitor {
 public:
  GridCheck(const RangeQuery& request, prometheus::SeriesVisitor& visitor)
      : grid_{.first = request.start, .last = request.end, .step = request.step}, visitor_(visitor) {}

  void on_series(Labels labels) override { visitor_.on_series(labels); }
  void on_sample(TimePoint time, double value) override {
    is_met_ = is_met_ && grid_.index_of(time).has_value();
    if (is_met_) visitor_.on_sample(time, value);
  }

  [[nodiscard]] bool is_met() const { return is_met_; }

 private:
  GridRange grid_;
  prometheus::SeriesVisitor& visitor_;
  bool is_met_ = true;
};

void QueryRunner::set_fleet(std::vector<std::string> namespaces, std::size_t models, EngineSet engines) {
  namespaces_ = std::move(namespaces);
  models_ = models;
  engines_ = engines;
}

std::size_t QueryRunner::steps_per_request(std::size_t series) const {
  return std::clamp<std::size_t>(options_.sample_budget / std::max<std::size_t>(series, 1), 1, max_steps_per_request);
}

// nullopt for a series that counts for nothing: without a namespace it may be anybody's, but for a gateway's.
std::optional<Row> QueryRunner::row_of(RowsBy rows, Labels labels) {
  RowName name{.namespace_name = label_value(labels, "namespace"), .model_id = {}, .owner = {}};
  if (rows == RowsBy::gateway) {
    name.model_id = gateway_model(labels, options_.names.gateway);
  } else {
    if (name.namespace_name.empty()) return std::nullopt;
    name.model_id = label_value(labels, "model_name");  // empty: the engine does not tell
    name.owner = label_value(labels, "owner");
    if (name.owner.empty()) name.owner = no_pod_label;
  }
  if (name.model_id.empty() && (rows == RowsBy::gateway || name.owner == no_pod_label)) return std::nullopt;
  return rows_.intern_foreign(name);
}

Scope QueryRunner::scope_of(const Reading& reading, std::size_t partition) const {
  Scope scope;
  scope.engines = engines_;
  if (!options_.watch_namespace.empty()) {
    scope.namespaces = {options_.watch_namespace};
  } else if (reading.partitions > 1) {
    const auto bound = [&](std::size_t index) {
      return namespaces_.begin() + static_cast<std::ptrdiff_t>(namespaces_.size() * index / reading.partitions);
    };
    scope.namespaces = {bound(partition), bound(partition + 1)};
    scope.without_namespace = partition == 0;
  }
  return scope;
}

asio::awaitable<QueryResult<QueryReport>> QueryRunner::send(prometheus::RangeQueryClient& client,
                                                            const RangeQuery& request,
                                                            prometheus::SeriesVisitor& visitor) {
  GridCheck check(request, visitor);
  QueryResult<QueryReport> report = co_await client.query_range(request, check);
  if (!report) co_return report;
  clock_.observe(report->server_time);
  if (!check.is_met()) {
    co_return QueryError{
        .kind = QueryErrorKind::malformed,
        .message = "the answer is about other times than asked for: does a query frontend round them?"};
  }
  if (report->warnings.empty()) co_return report;
  co_return QueryError{.kind = QueryErrorKind::partial,
                       .message = "the answer may be incomplete: " + report->warnings.front()};
}

asio::awaitable<QueryResult<void>> QueryRunner::read_piece(Reading& reading, const GridRange& range, Duration ago,
                                                           SampleBlock& block) {
  BlockWriter writer(*this, reading.query->rows, block);
  std::size_t series = 0;
  for (std::size_t partition = 0; partition < reading.partitions; ++partition) {
    Scope scope = scope_of(reading, partition);
    scope.ago = ago;
    const std::string expression = reading.query->expression(scope);
    if (expression.empty()) break;  // no engine of the fleet tells
    RangeQuery request{.expression = expression,
                       .start = range.first,
                       .end = range.last,
                       .step = range.step,
                       .deadline = std::nullopt};
    if (range.size() > refresh_steps) request.deadline = options_.history_deadline;
    const QueryResult<QueryReport> report = co_await send(client_, request, writer);
    if (!report) co_return report.error();
    series += report->series;
  }
  reading.series = std::max(reading.series, series);
  co_return QueryResult<void>();
}

asio::awaitable<bool> QueryRunner::read(Reading& reading, const GridRange& range, const BlockSink& sink, Duration ago) {
  TimePoint first = range.first;
  while (first <= range.last) {
    const std::size_t steps = std::min(reading.max_steps, steps_per_request(std::max(reading.series, models_)));
    const GridRange piece{.first = first,
                          .last = std::min(range.last, first + range.step * static_cast<Duration::rep>(steps - 1)),
                          .step = range.step};
    reading.partitions = std::clamp<std::size_t>(reading.partitions, 1, std::max<std::size_t>(namespaces_.size(), 1));
    SampleBlock block(piece);
    const QueryResult<void> result = co_await read_piece(reading, piece, ago, block);
    if (result) {
      sink(block);
      first = piece.last + piece.step;
      // Feel the way back up: the limit may have been a busy moment's.
      if (piece.size() == reading.max_steps) reading.max_steps += 1 + reading.max_steps / 8;
      continue;
    }
    const bool slow = result.error().kind == QueryErrorKind::timeout;
    const bool too_big = asks_for_less(result.error());
    if (piece.size() > 1 && (slow || too_big)) reading.max_steps = std::max<std::size_t>(piece.size() / 2, 1);
    const bool can_split = too_big && options_.watch_namespace.empty() && reading.partitions < namespaces_.size();
    if (too_big && piece.size() == 1 && can_split) {
      reading.partitions = std::min(2 * reading.partitions, namespaces_.size());
    } else if (!too_big || piece.size() == 1) {
      reading.failure = result.error().message;
      telemetry_.failed(std::string(reading.query->name));
      co_return false;
    }
  }
  reading.failure.clear();
  co_return true;
}

asio::awaitable<bool> QueryRunner::follow(const std::vector<Reading*>& readings, const GridRange& window,
                                          std::size_t max_steps,
                                          const std::function<void(const Reading&, const SampleBlock&)>& sink) {
  bool any_answered = readings.empty();
  std::vector<Job> jobs;
  for (Reading* const each : readings) {
    Reading& reading = *each;
    GridRange missing = window;
    if (reading.answered_until) missing.first = std::max(missing.first, *reading.answered_until + window.step);
    if (missing.first > missing.last) {
      any_answered = true;
      continue;
    }
    missing.last =
        std::min(missing.last,
                 missing.first + window.step * static_cast<Duration::rep>(std::max<std::size_t>(max_steps, 1) - 1));
    jobs.emplace_back([this, &reading, &sink, &any_answered, missing]() -> asio::awaitable<void> {
      const BlockSink store = [&](const SampleBlock& block) {
        sink(reading, block);
        reading.answered_until = block.range().last;
      };
      const bool answered = co_await read(reading, missing, store);
      any_answered |= answered;
    });
  }
  co_await run_concurrently(jobs);
  co_return any_answered;
}

asio::awaitable<QueryResult<void>> QueryRunner::ask(const Query& query, Scope scope, TimePoint time,
                                                    prometheus::SeriesVisitor& visitor,
                                                    prometheus::RangeQueryClient* other_client) {
  if (!options_.watch_namespace.empty()) scope.namespaces = {options_.watch_namespace};
  scope.engines = engines_;
  const std::string expression = query.expression(scope);
  if (expression.empty()) co_return QueryResult<void>();
  const RangeQuery request{
      .expression = expression, .start = time, .end = time, .step = moment, .deadline = std::nullopt};
  prometheus::RangeQueryClient& client = other_client == nullptr ? client_ : *other_client;
  const QueryResult<QueryReport> report = co_await send(client, request, visitor);
  if (report) co_return QueryResult<void>();
  telemetry_.failed(std::string(query.name));
  co_return report.error();
}

}  // namespace inferno::signals
