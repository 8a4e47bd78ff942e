// Reads one query over a stretch of the grid: in pieces that suit the size of the fleet, and in smaller ones when
// Prometheus or the size limit says that an answer is too big. A single step that is too big is split by namespace.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "adapter/prometheus/range_query.hpp"
#include "adapter/signals/expressions.hpp"
#include "adapter/signals/grid.hpp"
#include "adapter/signals/prometheus_clock.hpp"
#include "adapter/signals/series_rows.hpp"

namespace inferno::signals {

// One query of the fleet, with what has been learned about its size.
struct FleetQuery {
  std::function<std::string(const Scope&)> expression;
  std::function<std::optional<Row>(Labels)> row;
  // Not zero: the expression depends on where a step lies between multiples of this (Scope::phase), so the steps of one
  // request are this far apart. A multiple of the grid's step.
  Duration stride{};

  std::size_t most_steps = std::numeric_limits<std::size_t>::max();  // of one request; halved when an answer is too big
  std::size_t partitions = 1;                                        // of the namespaces
  std::size_t series = 0;                                            // of the largest answer so far
};

class RangeReader {
 public:
  // The values of a piece, pieces in order of time; `partial` when Prometheus warned.
  using Sink = std::function<void(const SampleBlock& block, bool partial)>;

  // Everything must outlive the reader.
  RangeReader(prometheus::RangeQueryClient& client, PrometheusClock& clock, const SeriesRows& rows,
              const SignalOptions& options)
      : client_(client), clock_(clock), rows_(rows), options_(options) {}

  // Pieces that were given to `sink` before an error stay good. Arguments must outlive the call.
  boost::asio::awaitable<prometheus::QueryResult<void>> read(FleetQuery& query, const GridRange& range,
                                                             const Sink& sink);

  // How many steps one request of the whole fleet should cover at most.
  [[nodiscard]] std::size_t steps_per_request(std::size_t series) const;

 private:
  boost::asio::awaitable<prometheus::QueryResult<bool>> read_piece(FleetQuery& query, const GridRange& range,
                                                                   SampleBlock& block);
  [[nodiscard]] Scope scope_of(const FleetQuery& query, std::size_t partition) const;

  prometheus::RangeQueryClient& client_;
  PrometheusClock& clock_;
  const SeriesRows& rows_;
  const SignalOptions& options_;
};

}  // namespace inferno::signals
