// What the adapter's queries mean, worked out from what was scraped: an independent reading of the rules that the text
// of adapter/signals/queries.hpp states in PromQL.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adapter/common/time.hpp"
#include "tests/schedules/fleet.hpp"
#include "tests/schedules/sabotage.hpp"

namespace inferno::schedules {

// Named as the queries are.
enum class Asked : std::uint8_t {
  kv_usage,
  running,
  waiting,
  pods,
  finished,
  gateway_queue,
  gateway_arrivals,
  reporting,
  joined,
  used,
  finished_since,
  gateway_use,
  same_counters,
  throughput,
  batch,
  cache_blocks,
  wake,
  sightings,
  nothing,  // a query that has no answer in this fleet
};

struct Question {
  Asked what = Asked::nothing;
  // What it is restricted to; empty lists do not restrict.
  std::vector<std::string> namespaces;
  bool without_namespace = true;    // gateway series that carry none, too
  std::vector<std::string> models;  // of gateway series
  Duration ago{};                   // of same_counters
};

struct GridTiming {
  Duration step{};
  Duration flow_interval{};
  Duration gap_tolerance{};
  Duration much_earlier{};  // a sample's counters are looked for in as much before the interval
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
