// Everything a decision reads about one model from Prometheus: plain values on the step grid, gathered from one
// immutable snapshot.
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

// One grid step, summed over the pods that report. `no_data` where Prometheus had none.
struct GridSample {
  float kv =
      no_data;  // sum over pods of the pod's KV usage (max over its engines, peak within the step), 1.0 = one full pod
  float running = no_data;  // requests
  float waiting = no_data;  // requests
  float pods = no_data;     // pods that report
  float finished_rise =
      no_data;  // finished requests within the flow interval that ends here (resets bridged; new series left out)
  float gateway_queue = no_data;  // requests queued at the gateway; model level only
};

// One variant of the model: its share of the samples and what has been learned about one of its replicas.
struct VariantSignals {
  std::vector<GridSample>
      samples;  // parallel to ModelSignals::samples; empty when the model has one variant (use the model's)
  std::optional<double>
      throughput;               // finished requests per second of a full replica: median of the newest 20 observations
  std::optional<double> batch;  // running requests of a full replica: median of the newest 20 observations
  std::optional<double> kv_tokens;  // KV capacity of a replica in tokens
  std::size_t throughput_observations = 0;
  std::size_t batch_observations = 0;
};

// Evidence about use, kept over the whole retention period.
struct ActivityEvidence {
  std::optional<TimePoint> last_activity;  // newest grid step at which somebody used the model
  std::optional<TimePoint>
      evidence_since;  // start of the unbroken (or bridged) period in which the model was proven to be scraped
  std::optional<TimePoint> evidence_until;  // newest step of that period
  double evidence_pods = 0;                 // pods that were scraped within the flow interval that ends there
  bool counts_finished = false;             // ... and whether any of them counted finished requests
  std::optional<TimePoint> data_since;      // the oldest moment for which Prometheus has been asked and had data
  double request_count = 0;                 // finished requests within the retention period
};

// A fleet query: what depends on a failed one holds.
enum class Signal : std::size_t { kv_usage, running, waiting, pods, finished, gateway_queue, activity, count_ };
using SignalSet = std::bitset<static_cast<std::size_t>(Signal::count_)>;

struct ModelSignals {
  TimePoint as_of;                 // time of samples.back(); the newest step that Prometheus answered for
  Duration step{5'000};            // spacing of samples
  Duration flow_interval{15'000};  // the dt of finished_rise, a multiple of step and at least the scrape interval
  Duration history_delay{};        // evidence is looked at this long after it has happened
  std::vector<GridSample>
      samples;  // oldest first, one per grid step, ending at as_of; empty: no refresh has succeeded yet
  std::vector<VariantSignals> variants;  // in the order of Model::variants
  ActivityEvidence activity;
  std::optional<Duration> cold_start;  // measured: pod creation to first vllm sample, median of the newest 20
  double wake_queue = 0;               // newest gateway queue, from the fast wake query
  bool wake_arrivals = false;  // the gateway saw requests arrive lately: longer ago than anyone's polling interval
  bool just_arrived = false;   // ... within the last flow interval, which the activity evidence may not show yet
  std::optional<TimePoint> wake_as_of;  // time of the fast wake query
  SignalSet failed;                     // queries whose newest attempt failed
  std::string failure;                  // the cause of the first of them, for a person
  bool partial = false;                 // Prometheus warned that data may be incomplete: forbids a decision to zero
};

}  // namespace inferno
