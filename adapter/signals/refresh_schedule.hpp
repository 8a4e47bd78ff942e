// When to refresh. Pure: what time it is, and what has happened, are arguments.
#pragma once

#include <algorithm>
#include <optional>

#include "adapter/common/time.hpp"
#include "adapter/signals/signal_options.hpp"

namespace inferno::signals {

class RefreshSchedule {
 public:
  explicit RefreshSchedule(const SignalOptions& options)
      : step_(options.step),
        settle_time_(options.settle_time),
        interval_(std::max(options.step, options.max_age / options.step * options.step)) {}

  // The newest grid step worth asking for.
  [[nodiscard]] TimePoint newest_step(TimePoint now) const { return align_down(now - settle_time_, step_); }

  // A snapshot of `as_of` is too old, and a newer one can be had.
  [[nodiscard]] bool due(TimePoint now, std::optional<TimePoint> as_of) const {
    return !as_of || newest_step(now) >= *as_of + interval_ || now < *as_of;
  }

  // How long until that is so.
  [[nodiscard]] Duration until_due(TimePoint now, std::optional<TimePoint> as_of) const {
    return due(now, as_of) ? Duration::zero() : *as_of + interval_ + settle_time_ - now;
  }

 private:
  Duration step_;
  Duration settle_time_;
  Duration interval_;  // between refreshes
};

}  // namespace inferno::signals
