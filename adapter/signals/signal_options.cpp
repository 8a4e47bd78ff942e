#include "adapter/signals/signal_options.hpp"

namespace inferno::signals {

std::vector<std::string> SignalOptions::problems() const {
  std::vector<std::string> problems = names.problems();
  const auto require = [&](bool condition, const char* message) {
    if (!condition) problems.emplace_back(message);
  };
  constexpr Duration second = std::chrono::seconds{1};
  require(step >= second, "the signal step must be at least 1s");
  require(step < second || (flow_interval >= step && flow_interval % step == Duration::zero()),
          "the flow interval must be a multiple of the signal step");
  require(gap_tolerance >= flow_interval, "the gap tolerance must be at least the flow interval");
  require(history >= 2 * flow_interval, "the history must be at least two flow intervals");
  require(learning_window >= flow_interval, "the learning window must be at least the flow interval");
  require(wake_window >= second, "the wake window must be at least 1s");
  require(max_age > Duration::zero() && wake_max_age > Duration::zero() && retry_delay > Duration::zero(),
          "signal ages and the retry delay must be positive");
  require(settle_time >= Duration::zero(), "the settle time must not be negative");
  require(sample_budget >= 1000, "the sample budget must be at least 1000");
  return problems;
}

}  // namespace inferno::signals
