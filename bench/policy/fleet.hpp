// A small discrete-time model of a vLLM fleet (batching, KV use, cold start), driven by a trace and asked for replicas
// as an HPA would ask. Deterministic for a seed. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace inferno::bench {

// Requests per second at a time in seconds.
using Trace = std::function<double(double)>;

struct FleetOptions {
  double cold_start = 20;   // seconds from a pod's creation until it serves
  int prompt_tokens = 400;  // mean, exponential
  int output_tokens = 300;  // mean, exponential
  unsigned seed = 1;
  double scrape_interval = 15;
  double length = 1500;
};

inline constexpr double hpa_sync_seconds = 15;
inline constexpr int largest_batch = 64;

// What one scrape sees of one ready pod.
struct PodSample {
  double kv = 0;
  double running = 0;
  double waiting = 0;
  double finished = 0;       // counter
  double ready_seconds = 0;  // since it became ready
};

struct ScrapeSample {
  double time = 0;
  std::map<std::uint64_t, PodSample> pods;
  double gateway_queue = 0;
};

class ScalingPolicy {
 public:
  virtual ~ScalingPolicy() = default;
  virtual void observe(const ScrapeSample& sample) = 0;
  // Asked at every HPA sync; `ready` of the `current` replicas serve.
  virtual int replicas(double now, int current, int ready) = 0;
};

struct Outcome {
  double late_percent = 0;     // share of requests that waited over 5 s for their first token
  double p95_wait = 0;         // seconds to the first token
  double replica_seconds = 0;  // what was paid for
};

// Requests per second that one full replica finishes in the model.
[[nodiscard]] double replica_capacity(const FleetOptions& options);

[[nodiscard]] Outcome run_fleet(const Trace& trace, ScalingPolicy& policy, const FleetOptions& options);

}  // namespace inferno::bench
