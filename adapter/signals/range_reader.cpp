#include "adapter/signals/range_reader.hpp"

#include <algorithm>

namespace inferno::signals {
namespace {

using prometheus::QueryError;
using prometheus::QueryErrorKind;
using prometheus::QueryReport;
using prometheus::QueryResult;
using prometheus::RangeQuery;

constexpr std::size_t most_steps_per_request = 500;
// Requests for more steps than a refresh ordinarily needs read history.
constexpr std::size_t refresh_steps = 4;

bool asks_for_less(const QueryError& error) {
  return error.kind == QueryErrorKind::too_many_samples || error.kind == QueryErrorKind::too_large;
}

// Puts an answer's samples where they belong. The block of an answer that turns out not to be whole is dropped.
class BlockWriter final : public prometheus::SeriesVisitor {
 public:
  BlockWriter(const FleetQuery& query, SampleBlock& block) : query_(query), block_(block) {}

  void on_series(Labels labels) override { row_ = query_.row(labels); }

  void on_sample(TimePoint time, double value) override {
    if (!row_) return;
    if (const auto step = block_.range().index_of(time)) block_.add(*row_, *step, value);
  }

 private:
  const FleetQuery& query_;
  SampleBlock& block_;
  std::optional<Row> row_;
};

}  // namespace

std::size_t RangeReader::steps_per_request(std::size_t series) const {
  return std::clamp<std::size_t>(options_.sample_budget / std::max<std::size_t>(series, 1), 1, most_steps_per_request);
}

Scope RangeReader::scope_of(const FleetQuery& query, std::size_t partition) const {
  if (!options_.watch_namespace.empty())
    return {.namespaces = {options_.watch_namespace}, .without_namespace = true, .models = {}};
  if (query.partitions == 1) return {};
  const std::vector<std::string>& all = rows_.layout().namespaces();
  const auto bound = [&](std::size_t index) {
    return all.begin() + static_cast<std::ptrdiff_t>(all.size() * index / query.partitions);
  };
  return {.namespaces = {bound(partition), bound(partition + 1)}, .without_namespace = partition == 0, .models = {}};
}

boost::asio::awaitable<QueryResult<bool>> RangeReader::read_piece(FleetQuery& query, const GridRange& range,
                                                                  SampleBlock& block) {
  bool partial = false;
  BlockWriter writer(query, block);
  const Duration stride = query.stride == Duration::zero() ? range.step : query.stride;
  const TimePoint end = std::min(range.first + stride - range.step, range.last);
  for (TimePoint first = range.first; first <= end; first += range.step) {
    std::size_t series = 0;
    for (std::size_t partition = 0; partition < query.partitions; ++partition) {
      Scope scope = scope_of(query, partition);
      if (query.stride != Duration::zero()) scope.phase = first.time_since_epoch() % stride;
      RangeQuery request{.expression = query.expression(scope),
                         .start = first,
                         .end = range.last,
                         .step = stride,
                         .deadline = std::nullopt};
      if (range.size() > refresh_steps) request.deadline = options_.history_deadline;
      const QueryResult<QueryReport> report = co_await client_.query_range(request, writer);
      if (!report) co_return report.error();
      clock_.observe(report->server_time);
      partial |= !report->warnings.empty();
      series += report->series;
    }
    query.series = std::max(query.series, series);
  }
  co_return partial;
}

boost::asio::awaitable<QueryResult<void>> RangeReader::read(FleetQuery& query, const GridRange& range,
                                                            const Sink& sink) {
  // That a piece takes, each for some of its steps.
  const std::size_t requests =
      query.stride == Duration::zero() ? 1 : static_cast<std::size_t>(query.stride / range.step);
  TimePoint first = range.first;
  while (first <= range.last) {
    const std::size_t expected = std::max(query.series, rows_.layout().models().size());
    const std::size_t steps = std::min(query.most_steps, steps_per_request(expected)) * requests;
    const GridRange piece{.first = first,
                          .last = std::min(range.last, first + range.step * static_cast<Duration::rep>(steps - 1)),
                          .step = range.step};
    query.partitions =
        std::clamp<std::size_t>(query.partitions, 1, std::max<std::size_t>(rows_.layout().namespaces().size(), 1));
    SampleBlock block(piece);
    const QueryResult<bool> partial = co_await read_piece(query, piece, block);
    if (partial) {
      sink(block, *partial);
      first = piece.last + piece.step;
      // Feel the way back up: the limit may have been a busy moment's.
      if (piece.size() / requests == query.most_steps) query.most_steps += 1 + query.most_steps / 8;
      continue;
    }
    const bool slow = partial.error().kind == QueryErrorKind::timeout;
    if (piece.size() > requests && (slow || asks_for_less(partial.error()))) {
      query.most_steps = std::max<std::size_t>(piece.size() / requests / 2, 1);
      if (slow) co_return partial.error();
    } else if (asks_for_less(partial.error()) && options_.watch_namespace.empty() &&
               query.partitions < rows_.layout().namespaces().size()) {
      query.partitions = std::min(2 * query.partitions, rows_.layout().namespaces().size());
    } else {
      co_return partial.error();
    }
  }
  co_return QueryResult<void>();
}

}  // namespace inferno::signals
