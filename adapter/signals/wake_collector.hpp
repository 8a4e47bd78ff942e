// The fast query: who waits for a model right now. Small, with a client (and so a connection) of its own, never behind
// a refresh.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "adapter/prometheus/range_query.hpp"
#include "adapter/signals/expressions.hpp"
#include "adapter/signals/prometheus_clock.hpp"
#include "adapter/signals/telemetry.hpp"
#include "adapter/signals/wake_state.hpp"

namespace inferno::signals {

class WakeCollector {
 public:
  // Everything must outlive the collector.
  WakeCollector(prometheus::RangeQueryClient& client, const Expressions& expressions, const SignalOptions& options,
                PrometheusClock& clock, Telemetry& telemetry)
      : client_(client), expressions_(expressions), options_(options), clock_(clock), telemetry_(telemetry) {}

  // False when the query failed: what was known stays, with its time.
  boost::asio::awaitable<bool> refresh();

  // Null before the first answer.
  [[nodiscard]] std::shared_ptr<const WakeState> state() const { return state_; }

 private:
  prometheus::RangeQueryClient& client_;
  const Expressions& expressions_;
  const SignalOptions& options_;
  PrometheusClock& clock_;
  Telemetry& telemetry_;
  std::shared_ptr<const WakeState> state_;
};

}  // namespace inferno::signals
