// inferno_adapter_signal_age_seconds, as it is at the moment of the scrape.
#pragma once

#include <prometheus/collectable.h>

#include "adapter/signals/signal_collector.hpp"

namespace inferno::signals {

class SignalAge final : public ::prometheus::Collectable {
 public:
  explicit SignalAge(const SignalCollector& collector) : collector_(collector) {}
  // No sample before the first snapshot.
  [[nodiscard]] std::vector<::prometheus::MetricFamily> Collect() const override;

 private:
  const SignalCollector& collector_;
};

}  // namespace inferno::signals
