#include "adapter/signals/prometheus_clock.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>

namespace inferno::signals {

bool PrometheusClock::observe(std::optional<TimePoint> server_time) {
  if (!server_time) return false;
  const Duration difference = *server_time - local_.now();
  const bool agrees = std::chrono::abs(difference) <= tolerance;
  if (agrees ? correction_ == Duration::zero() : std::chrono::abs(difference - correction_) <= tolerance) return false;
  correction_ = agrees ? Duration::zero() : difference;
  if (agrees) {
    spdlog::info("the clocks of Prometheus and of this machine agree again");
  } else {
    spdlog::warn(
        "Prometheus' clock is {:+.0f} s off this machine's; queries follow Prometheus. Check time synchronisation on "
        "both",
        std::chrono::duration<double>(difference).count());
  }
  return true;
}

}  // namespace inferno::signals
