// What time it is for Prometheus: the local clock, corrected when the Date header of its answers disagrees by more than
// five seconds. One thread.
#pragma once

#include <chrono>
#include <optional>

#include "adapter/common/time.hpp"

namespace inferno::signals {

class PrometheusClock {
 public:
  // Date has whole seconds and answers take a while: smaller differences are not the clocks'.
  static constexpr Duration tolerance = std::chrono::seconds{5};

  explicit PrometheusClock(const Clock& local) : local_(local) {}

  [[nodiscard]] TimePoint now() const { return local_.now() + correction_; }
  [[nodiscard]] Duration correction() const { return correction_; }

  // Returns whether the correction changed; says so in the log once per change.
  bool observe(std::optional<TimePoint> server_time);

 private:
  const Clock& local_;
  Duration correction_{0};
};

}  // namespace inferno::signals
