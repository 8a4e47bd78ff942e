#include "adapter/signals/signal_options.hpp"

#include <algorithm>
#include <iterator>

#include "adapter/common/metric_names.hpp"

namespace inferno::signals {

std::vector<std::string> SeriesNames::problems() const {
  std::vector<std::string> problems;
  const auto check = [&](std::string_view what, const std::string& name, bool required) {
    if (name.empty() ? required : !is_series(name)) {
      problems.push_back("series name for " + std::string(what) + " is \"" + name +
                         "\"; expected a metric name, with label matchers in braces where it needs them");
    }
  };
  for (const std::string& name : gateway.queue) check("gateway queue", name, true);
  for (const std::string& name : gateway.arrivals) check("gateway arrivals", name, true);
  for (const std::string& name : gateway.errors) check("gateway errors", name, true);
  check("pod creation", pod_created, false);
  check("pod creation (other name)", pod_created_fallback, false);
  check("scrape success", up, true);
  return problems;
}

std::vector<std::string> SignalOptions::problems() const {
  std::vector<std::string> problems = names.problems();
  std::ranges::move(engines.problems(), std::back_inserter(problems));
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
