// The collector's own metrics: inferno_adapter_signal_* in the registry. Thread safe.
#pragma once

#include <chrono>
#include <string>

#include "adapter/common/time.hpp"

namespace prometheus {
class Histogram;
class Gauge;
class Counter;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace inferno::signals {

class Telemetry {
 public:
  explicit Telemetry(::prometheus::Registry& registry);

  void refreshed(std::chrono::duration<double> duration);
  void failed(const std::string& signal);  // "kv_usage", ..., "wake"
  void rows_in_use(std::size_t rows);

 private:
  ::prometheus::Histogram& refresh_duration_;
  ::prometheus::Family<::prometheus::Counter>& failures_;
  ::prometheus::Gauge& rows_;
};

}  // namespace inferno::signals
