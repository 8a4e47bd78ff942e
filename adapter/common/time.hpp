// Time as the adapter uses it: wall clock, in milliseconds, as Prometheus and Kubernetes give it. Pure code takes it as
// an argument.
#pragma once

#include <chrono>

namespace inferno {

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<Duration>;

// The one outside system called "clock": injected, so that tests decide what time it is. Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

// The newest multiple of `step` since the epoch that is not after `time`: every replica of the adapter works on the
// same grid.
[[nodiscard]] constexpr TimePoint align_down(TimePoint time, Duration step) {
  return TimePoint{time.time_since_epoch() / step * step};
}

}  // namespace inferno
