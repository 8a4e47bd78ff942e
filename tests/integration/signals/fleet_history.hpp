// The history of a fleet as vLLM, kube-state-metrics and a gateway would have left it in Prometheus: a sample per
// scrape.
#pragma once

#include <functional>
#include <string>

#include "adapter/common/time.hpp"
#include "tests/support/prometheus_process.hpp"

namespace inferno::testing {

// The moment at which the tests live: on the grid, and long past.
inline constexpr TimePoint noon{std::chrono::milliseconds{1'748'779'200'000}};
inline constexpr Duration scrape_interval = std::chrono::seconds{15};
// Scrapes fall between the steps of the grid.
inline constexpr Duration scrape_offset = std::chrono::seconds{-3};

// Minutes before noon; fractions allowed.
[[nodiscard]] inline TimePoint ago(double minutes) {
  return noon - Duration{static_cast<Duration::rep>(minutes * 60'000)};
}

// The name of a pod of a Deployment.
[[nodiscard]] inline std::string pod_of(const std::string& deployment, int number = 0) {
  return deployment + "-7c9f8d6b5-x2x4" + static_cast<char>('a' + number);
}

struct PodLabels {
  std::string namespace_name = "prod";
  std::string model = "m";
  std::string pod = pod_of("m");
  std::string extra = {};  // further labels: `engine="1"`
};

// Names of an engine's series.
inline const std::string running = "vllm:num_requests_running";
inline const std::string waiting = "vllm:num_requests_waiting";
inline const std::string finished = "vllm:request_success_total";
inline const std::string kv = "vllm:kv_cache_usage_perc";

class FleetHistory {
 public:
  // The value of the scrape at a time; a scrape is left out where `keep` says so.
  using Value = std::function<double(TimePoint)>;
  using Keep = std::function<bool(TimePoint)>;

  // One sample per scrape in (from, to].
  FleetHistory& add(
      const std::string& series, TimePoint from, TimePoint to, const Value& value,
      const Keep& keep = [](TimePoint) { return true; });
  // A series of one pod: `name` as in vllm:num_requests_running.
  FleetHistory& add(
      const std::string& name, const PodLabels& labels, TimePoint from, TimePoint to, const Value& value,
      const Keep& keep = [](TimePoint) { return true; });

  // Scrapes of what is added from now on come so much later than those of the others.
  void set_phase(Duration phase) { phase_ = phase; }

  [[nodiscard]] const OpenMetricsHistory& samples() const { return samples_; }

 private:
  OpenMetricsHistory samples_;
  Duration phase_{};
};

[[nodiscard]] FleetHistory::Value constant(double value);
// `before` until `time`, then `after`.
[[nodiscard]] FleetHistory::Value step_at(TimePoint time, double before, double after);
// Grows by `rate` per scrape, from zero at `from`.
[[nodiscard]] FleetHistory::Value growing(TimePoint from, double rate);
// Nothing scraped in (from, to).
[[nodiscard]] FleetHistory::Keep except(TimePoint from, TimePoint to);

}  // namespace inferno::testing
