// What the adapter's queries mean, worked out from what was scraped: an independent reading of the rules that the text
// of adapter/signals/expressions.hpp states in PromQL.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "adapter/common/time.hpp"
#include "tests/schedules/fleet.hpp"
#include "tests/schedules/sabotage.hpp"

namespace inferno::schedules {

enum class Asked : std::uint8_t {
  kv_usage,
  running,
  waiting,
  pods,
  finished_rise,
  gateway_queue,
  activity,
  scraped_pods,
  finished_total,
  same_counters,
  gateway_activity,
  up_pods,
  any_data,
  throughput,
  batch,
  cache_blocks,
  wake,
  nothing,  // a query that has no answer in this fleet
};

enum class By : std::uint8_t { model, pod };

struct Question {
  Asked what = Asked::nothing;
  By by = By::model;
  Duration ago{};  // of same_counters
};

struct GridTiming {
  Duration step{};
  Duration flow_interval{};
  Duration gap_tolerance{};
  Duration warm_up{};
  Duration wake_window{};
  bool range_is_closed = false;  // [t-r, t] as before Prometheus 3, else (t-r, t]
  Sabotage sabotage = Sabotage::none;
};

// Receives one value of the answer: the series by its labels as JSON text, the same for the same series.
using Emit = std::function<void(const std::string& labels, double value)>;

class SignalMeaning {
 public:
  SignalMeaning(const Fleet& fleet, const GridTiming& timing) : fleet_(fleet), timing_(timing) {}

  // The instant vector of the query at `time`, as Prometheus sees it at `asked_at`.
  void evaluate(const Question& question, TimePoint time, TimePoint asked_at, const Emit& emit) const;

 private:
  const Fleet& fleet_;
  GridTiming timing_;
};

}  // namespace inferno::schedules
