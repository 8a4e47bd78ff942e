#include "adapter/signals/signal_age.hpp"

#include <prometheus/metric_family.h>

namespace inferno::signals {

std::vector<::prometheus::MetricFamily> SignalAge::Collect() const {
  ::prometheus::MetricFamily family;
  family.name = "inferno_adapter_signal_age_seconds";
  family.help = "How old the newest signals are, by Prometheus' clock";
  family.type = ::prometheus::MetricType::Gauge;
  if (const std::optional<Duration> age = collector_.age()) {
    ::prometheus::ClientMetric metric;
    metric.gauge.value = std::chrono::duration<double>(*age).count();
    family.metric.push_back(metric);
  }
  return {family};
}

}  // namespace inferno::signals
