// What the parts of the collector share. One thread: the collector's executor.
#pragma once

#include "adapter/signals/expressions.hpp"
#include "adapter/signals/prometheus_clock.hpp"
#include "adapter/signals/range_reader.hpp"
#include "adapter/signals/series_rows.hpp"
#include "adapter/signals/signal_options.hpp"
#include "adapter/signals/telemetry.hpp"

namespace inferno::signals {

struct CollectorContext {
  CollectorContext(const SignalOptions& signal_options, const Clock& local_clock,
                   prometheus::RangeQueryClient& range_client, ::prometheus::Registry& registry)
      : options(signal_options),
        expressions(options),
        client(range_client),
        clock(local_clock),
        rows(options.max_foreign_rows),
        reader(client, clock, rows, options),
        telemetry(registry) {}

  // Grid steps that a refresh reads in passing; what is further behind is read in the background.
  [[nodiscard]] std::size_t steps_in_passing() const { return reader.steps_per_request(rows.layout().models().size()); }

  const SignalOptions options;
  const Expressions expressions;
  prometheus::RangeQueryClient& client;
  PrometheusClock clock;
  SeriesRows rows;
  RangeReader reader;
  Telemetry telemetry;
};

}  // namespace inferno::signals
