// So many at once, and so many per second after that. Pure: the caller tells the time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

#include "adapter/common/monotonic_clock.hpp"

namespace inferno::feedback {

class TokenBucket {
 public:
  TokenBucket(double capacity, double per_second) : capacity_(capacity), per_second_(per_second), tokens_(capacity) {}

  // How many may go now.
  [[nodiscard]] std::size_t available(MonotonicTime now) {
    if (last_) tokens_ += std::chrono::duration<double>(now - *last_).count() * per_second_;
    last_ = now;
    tokens_ = std::min(tokens_, capacity_);
    return static_cast<std::size_t>(tokens_);
  }

  // At most what is available.
  void take(std::size_t count) { tokens_ -= static_cast<double>(count); }

 private:
  double capacity_;
  double per_second_;
  double tokens_;
  std::optional<MonotonicTime> last_;
};

}  // namespace inferno::feedback
