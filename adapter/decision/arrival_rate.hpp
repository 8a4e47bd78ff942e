// How fast work arrives, by flow balance: what finished plus what the model holds more than before. Needs no gateway
// metric.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/decision/model_signals.hpp"

namespace inferno {

// Requests that the model holds at a step: running, waiting and queued at the gateway. Nothing when no series told of
// them.
[[nodiscard]] std::optional<double> in_flight(const GridSample& sample);

// Arrivals per second over the flow interval that ends at each sample, parallel to `samples`, which are a step apart;
// `no_data` where the samples at both ends are not known.
[[nodiscard]] std::vector<float> arrivals_per_second(std::span<const GridSample> samples, Duration step,
                                                     Duration flow_interval);

struct ArrivalRate {
  double now = 0;  // requests per second: mean of the last three intervals
  double projected =
      0;  // what it will be when a replica asked for now has loaded; equals `now` unless the rate rises steadily
};

// `last` is a position in `arrivals`; `horizon` how far ahead a steady rise is extrapolated. Nothing when no interval
// is known.
[[nodiscard]] std::optional<ArrivalRate> arrival_rate(const std::vector<float>& arrivals, std::size_t last,
                                                      std::size_t interval_steps, Duration interval, Duration horizon);

}  // namespace inferno
