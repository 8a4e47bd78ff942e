// Everything a decision reads about one model from Prometheus: plain values on the step grid, gathered from one
// immutable snapshot. Numbers of a target come from that target's own pods; what gateways say is the model's.
#pragma once

#include <bitset>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "adapter/common/time.hpp"

namespace inferno {

inline constexpr float no_data = std::numeric_limits<float>::quiet_NaN();

// One grid step, summed over the replicas that report. `no_data` where Prometheus had none.
struct GridSample {
  float kv = no_data;       // sum over replicas of the replica's KV usage, 1.0 = one full replica
  float running = no_data;  // requests
  float waiting = no_data;  // requests in the engines' queues
  float deferred =
      no_data;  // of those, requests that only wait for KV blocks from a prefill pod, and hold blocks already
  float replicas = no_data;          // replicas that tell how many requests they run
  float finished_rise = no_data;     // requests finished within the flow interval that ends here
  float gateway_queue = no_data;     // requests queued at the gateway
  float gateway_arrivals = no_data;  // above zero: requests arrived at the gateway within the last two flow intervals
};

[[nodiscard]] inline bool is_positive(float value) {
  return value > 0;  // false for no_data
}

// Whether a sample shows that somebody uses the model. The one meaning of "in use": samples, idle history and decisions
// all go by it.
[[nodiscard]] inline bool in_use(const GridSample& sample) {
  return is_positive(sample.running) || is_positive(sample.waiting) || is_positive(sample.finished_rise) ||
         is_positive(sample.gateway_queue) || is_positive(sample.gateway_arrivals);
}

// What is known of a target's use, over the longest retention period.
struct IdleEvidence {
  std::optional<TimePoint> last_use;  // newest step at which somebody used it
  // Start of the unbroken (or bridged) period in which every replica that reported did so without a gap, and its newest
  // step.
  std::optional<TimePoint> since;
  std::optional<TimePoint> until;
  double replicas = 0;       // that told how many requests they run, at `until`
  double request_count = 0;  // finished requests within the retention period
  std::string gap;           // which of its pods no longer report though they should; empty where there are none
};

// What the pods of a target show in place of the series that are looked for. Explains, never proves.
struct Sighting {
  std::vector<std::string> served_names;  // other values of model_name that its pods have; sorted
  std::vector<std::string> metric_names;  // series that look like an engine's; sorted
  std::optional<bool> scraped;            // `up` of its pods: the newest scrapes are good; nothing: no `up` at all
  bool without_pod_label = false;         // series of the model in its namespace have no label `pod`
};

// One scale target of the model: its own pods' samples and what has been learned about one of its replicas.
struct TargetSignals {
  std::vector<GridSample> samples;   // oldest first, one per grid step, ending at as_of
  std::optional<double> throughput;  // finished requests per second of a full replica: median of the newest 20
  std::optional<double> batch;       // running requests of a full replica: median of the newest 20
  std::optional<double> kv_tokens;   // KV capacity of a replica in tokens
  std::size_t throughput_observations = 0;
  std::size_t batch_observations = 0;
  IdleEvidence evidence;
  Sighting sighting;  // only where no series of the model come from its pods
};

// A fleet query: what depends on a failed one holds.
enum class Signal : std::size_t {
  kv_usage,
  running,
  waiting,
  pods,
  finished,
  gateway_queue,
  gateway_arrivals,
  idle_history,
  count_
};
using SignalSet = std::bitset<static_cast<std::size_t>(Signal::count_)>;

struct ModelSignals {
  TimePoint as_of;                 // time of the newest samples; the newest step that Prometheus answered for
  Duration step{5'000};            // spacing of samples
  Duration flow_interval{15'000};  // the dt of finished_rise, a multiple of step and at least the scrape interval
  Duration history_delay{};        // the idle history is read this long after it has happened
  // What gateways say of the model: only the fields gateway_*. Oldest first, one per grid step, ending at as_of; empty:
  // no refresh has succeeded yet.
  std::vector<GridSample> gateway;
  std::vector<TargetSignals> targets;         // in the order of Model::variants
  std::optional<TimePoint> gateway_last_use;  // as IdleEvidence::last_use
  std::optional<Duration> cold_start;         // measured: pod creation to first sample, median of the newest 20
  double wake_queue = 0;                      // newest gateway queue, from the fast wake query
  bool wake_arrivals = false;                 // the gateway saw requests arrive lately, from the same
  bool wake_refused = false;            // ... and refused some for lack of replicas; tells nothing beside replicas
  std::optional<TimePoint> wake_as_of;  // time of the fast wake query
  // Pods that report the model's name but belong to none of its targets, by their controller's name: neither demand nor
  // proof. Sorted.
  std::vector<std::string> pods_of_others;
  SignalSet failed;     // queries whose newest attempt failed, or was answered in part only
  std::string failure;  // the cause of the first of them, for a person

  // No refresh has succeeded yet.
  [[nodiscard]] bool empty() const { return gateway.empty(); }
};

}  // namespace inferno
