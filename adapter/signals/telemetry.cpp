#include "adapter/signals/telemetry.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace inferno::signals {

Telemetry::Telemetry(::prometheus::Registry& registry)
    : refresh_duration_(
          ::prometheus::BuildHistogram()
              .Name("inferno_adapter_signal_refresh_duration_seconds")
              .Help("Time that a refresh of all signals took, failed ones included")
              .Register(registry)
              .Add({}, ::prometheus::Histogram::BucketBoundaries{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10})),
      failures_(::prometheus::BuildCounter()
                    .Name("inferno_adapter_signal_failures_total")
                    .Help("Reads of a signal that failed; it is read again for the same steps")
                    .Register(registry)),
      rows_(::prometheus::BuildGauge()
                .Name("inferno_adapter_signal_rows")
                .Help("Models and variants for which signals are kept")
                .Register(registry)
                .Add({})) {}

void Telemetry::refreshed(std::chrono::duration<double> duration) {
  refresh_duration_.Observe(duration.count());
}

void Telemetry::failed(const std::string& signal) {
  failures_.Add({{"signal", signal}}).Increment();
}

void Telemetry::rows_in_use(std::size_t rows) {
  rows_.Set(static_cast<double>(rows));
}

}  // namespace inferno::signals
