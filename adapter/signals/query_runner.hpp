// The only code that asks Prometheus for signals: in pieces that suit the size of the fleet, and in smaller ones when
// Prometheus or the size limit says that an answer is too big; a single step that is too big is split by namespace. An
// answer that may be incomplete, or is about other times than asked for, is a failed read: nothing of it is kept, and
// it is asked for again. All times are multiples of the step, which query frontends leave alone. One thread:
// the executor's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/prometheus/range_query.hpp"
#include "adapter/signals/grid.hpp"
#include "adapter/signals/prometheus_clock.hpp"
#include "adapter/signals/queries.hpp"
#include "adapter/signals/row_table.hpp"
#include "adapter/signals/telemetry.hpp"

namespace inferno::signals {

using Labels = std::span<const prometheus::LabelView>;

// Empty where absent.
[[nodiscard]] std::string_view label_value(Labels labels, std::string_view name);
// The model that a gateway's series is of; empty where it doesn't tell.
[[nodiscard]] std::string_view gateway_model(Labels labels, const GatewaySeries& series);

// A query that is read step after step, with what has been learned about the size of its answers.
struct Reading {
  explicit Reading(const Query& of) : query(&of) {}

  const Query* query;
  std::optional<TimePoint> answered_until;
  std::string failure;  // of the newest attempt; empty when it succeeded

  std::size_t max_steps = std::numeric_limits<std::size_t>::max();  // of one request; halved when an answer is too big
  std::size_t partitions = 1;                                       // of the namespaces
  std::size_t series = 0;                                           // of the largest answer so far
};

class QueryRunner {
 public:
  // The step of what is asked for once.
  static constexpr Duration moment{10};

  // Receives the values of a piece; pieces come in order of time.
  using BlockSink = std::function<void(const SampleBlock& block)>;

  // Everything must outlive the runner.
  QueryRunner(prometheus::RangeQueryClient& client, PrometheusClock& clock, RowInterner& rows, Telemetry& telemetry,
              const SignalOptions& options)
      : client_(client), clock_(clock), rows_(rows), telemetry_(telemetry), options_(options) {}

  // The namespaces that have models, sorted: what a request is split by. `models`: how many rows to expect. `engines`:
  // those that targets run.
  void set_fleet(std::vector<std::string> namespaces, std::size_t models, EngineSet engines);

  // Reads a stretch of the grid. Pieces that were given to `sink` before an error stay good; reading.failure tells of
  // it. Arguments must outlive the call.
  boost::asio::awaitable<bool> read(Reading& reading, const GridRange& range, const BlockSink& sink, Duration ago = {});
  // Reads what each of the readings lacks of `window`, so many steps at most, several at a time. `sink` gets the
  // reading that a block is of. False where all of them failed.
  boost::asio::awaitable<bool> follow(const std::vector<Reading*>& readings, const GridRange& window,
                                      std::size_t max_steps,
                                      const std::function<void(const Reading&, const SampleBlock&)>& sink);
  // Asks once, as of `time`, a multiple of `moment`; the error where that failed.
  boost::asio::awaitable<prometheus::QueryResult<void>> ask(const Query& query, Scope scope, TimePoint time,
                                                            prometheus::SeriesVisitor& visitor,
                                                            prometheus::RangeQueryClient* other_client = nullptr);

  // How many steps one request of the whole fleet should cover at most; also what a refresh reads in passing, where
  // more is read in the background.
  [[nodiscard]] std::size_t steps_per_request() const { return steps_per_request(models_); }

 private:
  [[nodiscard]] std::size_t steps_per_request(std::size_t series) const;
  [[nodiscard]] Scope scope_of(const Reading& reading, std::size_t partition) const;
  [[nodiscard]] std::optional<Row> row_of(RowsBy rows, Labels labels);
  boost::asio::awaitable<prometheus::QueryResult<void>> read_piece(Reading& reading, const GridRange& range,
                                                                   Duration ago, SampleBlock& block);
  boost::asio::awaitable<prometheus::QueryResult<prometheus::QueryReport>> send(prometheus::RangeQueryClient& client,
                                                                                const prometheus::RangeQuery& request,
                                                                                prometheus::SeriesVisitor& visitor);

  class BlockWriter;
  class GridCheck;

  prometheus::RangeQueryClient& client_;
  PrometheusClock& clock_;
  RowInterner& rows_;
  Telemetry& telemetry_;
  const SignalOptions& options_;
  std::vector<std::string> namespaces_;
  std::size_t models_ = 0;
  EngineSet engines_;
};

}  // namespace inferno::signals
