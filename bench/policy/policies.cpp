#include "bench/policy/policies.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <memory>
#include <optional>

#include "adapter/decision/decide.hpp"

namespace inferno::bench {
namespace {

double sum(const ScrapeSample& sample, double PodSample::* field) {
  double total = 0;
  for (const auto& [id, pod] : sample.pods) total += pod.*field;
  return total;
}

class Observations {
 public:
  void add(double value) {
    values_.push_back(value);
    if (values_.size() > 20) values_.pop_front();
  }
  [[nodiscard]] std::optional<double> median() const {
    if (values_.empty()) return std::nullopt;
    std::vector<double> sorted(values_.begin(), values_.end());
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }

 private:
  std::deque<double> values_;
};

class AdapterPolicy final : public ScalingPolicy {
 public:
  explicit AdapterPolicy(const FleetOptions& options) {
    signals_.step = signals_.flow_interval = Duration(static_cast<std::int64_t>(options.scrape_interval * 1000));
    signals_.cold_start = Duration(static_cast<std::int64_t>(options.cold_start * 1000));
    signals_.targets.resize(1);
    signals_.targets[0].evidence.since = TimePoint{};
  }

  void observe(const ScrapeSample& sample) override {
    learn(sample);
    float finished_rise = no_data;
    for (const auto& [id, pod] : sample.pods) {
      const auto before = previous_.pods.find(id);
      if (before == previous_.pods.end()) continue;
      finished_rise =
          (std::isnan(finished_rise) ? 0 : finished_rise) + static_cast<float>(pod.finished - before->second.finished);
    }
    std::vector<GridSample>& samples = signals_.targets[0].samples;
    samples.push_back({.kv = static_cast<float>(sum(sample, &PodSample::kv)),
                       .running = static_cast<float>(sum(sample, &PodSample::running)),
                       .waiting = static_cast<float>(sum(sample, &PodSample::waiting)),
                       .deferred = no_data,
                       .replicas = static_cast<float>(sample.pods.size()),
                       .finished_rise = finished_rise,
                       .gateway_queue = no_data,
                       .gateway_arrivals = no_data});
    GridSample gateway;
    gateway.gateway_queue = static_cast<float>(sample.gateway_queue);
    signals_.gateway.push_back(gateway);
    constexpr std::size_t kept = 40;
    if (samples.size() > kept) {
      samples.erase(samples.begin());
      signals_.gateway.erase(signals_.gateway.begin());
    }
    signals_.as_of = at(sample.time);
    IdleEvidence& evidence = signals_.targets[0].evidence;
    evidence.last_use = evidence.until = signals_.as_of;
    previous_ = sample;
  }

  int replicas(double now, int current, int ready) override {
    Variant variant;
    variant.namespace_name = "bench";
    variant.name = variant.model_id = "model";
    variant.target.emplace();
    variant.target->spec_replicas = current;
    variant.target->ready_replicas = ready;
    const ClusterState state({variant}, policies_);
    return decide(state, state.models().front(), signals_, at(now), settings_).variants.front().desired;
  }

 private:
  static TimePoint at(double seconds) { return TimePoint{Duration{static_cast<std::int64_t>(seconds * 1000)}}; }

  // As the sparse learning queries do: pods with requests waiting tell how fast and how full a full replica runs.
  void learn(const ScrapeSample& sample) {
    double finished = 0;
    double running = 0;
    int fast = 0;
    int full = 0;
    for (const auto& [id, pod] : sample.pods) {
      if (pod.waiting <= 0) continue;
      if (pod.running > 0) {
        running += pod.running;
        ++full;
      }
      const auto before = previous_.pods.find(id);
      if (before == previous_.pods.end() || before->second.waiting <= 0 || pod.ready_seconds <= 30) continue;
      finished += (pod.finished - before->second.finished) / (sample.time - previous_.time);
      ++fast;
    }
    if (fast > 0) throughput_.add(finished / fast);
    if (full > 0) batch_.add(running / full);
    signals_.targets[0].throughput = throughput_.median();
    signals_.targets[0].batch = batch_.median();
  }

  std::shared_ptr<const PolicyBook> policies_ = std::make_shared<const PolicyBook>(PolicyBook::parse({}));
  DecisionSettings settings_;
  ModelSignals signals_;
  ScrapeSample previous_;
  Observations throughput_;
  Observations batch_;
};

class ControllerPolicy final : public ScalingPolicy {
 public:
  void observe(const ScrapeSample& sample) override { samples_.push_back(sample); }

  int replicas(double now, int current, int /*ready*/) override {
    constexpr double loop = 30;
    constexpr double scrape_delay = 5;
    for (; next_ <= now; next_ += loop) {
      decide(current);
      visible_.emplace_back(next_ + scrape_delay, desired_);
    }
    int seen = 1;
    for (const auto& [time, desired] : visible_) {
      if (time <= now) seen = desired;
    }
    return seen;
  }

 private:
  void decide(int current) {
    const auto newest =
        std::find_if(samples_.rbegin(), samples_.rend(), [this](const auto& sample) { return sample.time <= next_; });
    if (newest == samples_.rend() || desired_ != current || static_cast<std::size_t>(current) != newest->pods.size())
      return;
    constexpr double kv_threshold = 0.8;
    constexpr double queue_threshold = 5;
    constexpr double kv_trigger = 0.1;
    constexpr double queue_trigger = 3;
    double kv = 0;
    double queue = 0;
    int free = 0;
    for (const auto& [id, pod] : newest->pods) {
      double peak_kv = 0;
      double peak_queue = 0;
      for (const ScrapeSample& sample : samples_) {
        const auto seen = sample.pods.find(id);
        if (sample.time > next_ || sample.time < next_ - 60 || seen == sample.pods.end()) continue;
        peak_kv = std::max(peak_kv, seen->second.kv);
        peak_queue = std::max(peak_queue, seen->second.waiting);
      }
      if (peak_kv >= kv_threshold || peak_queue >= queue_threshold) continue;
      kv += kv_threshold - peak_kv;
      queue += queue_threshold - peak_queue;
      ++free;
    }
    if (free > 0) {
      kv /= free;
      queue /= free;
    }
    const auto after_removal = [free](double threshold, double spare) {
      return threshold - (threshold - spare) * free / (free - 1);
    };
    if (kv < kv_trigger || queue < queue_trigger) {
      desired_ = current + 1;
    } else if (free >= 2 && after_removal(kv_threshold, kv) >= kv_trigger &&
               after_removal(queue_threshold, queue) >= queue_trigger) {
      desired_ = current - 1;
    }
  }

  std::vector<ScrapeSample> samples_;
  double next_ = 0;
  int desired_ = 1;
  std::vector<std::pair<double, int>> visible_{{0, 1}};
};

class ReactiveBound final : public ScalingPolicy {
 public:
  ReactiveBound(const Trace& trace, const FleetOptions& options)
      : trace_(trace), capacity_(replica_capacity(options)) {}

  void observe(const ScrapeSample& sample) override {
    backlog_ = sum(sample, &PodSample::waiting) + sample.gateway_queue;
  }

  int replicas(double now, int /*current*/, int /*ready*/) override {
    return static_cast<int>(std::ceil((trace_(now) / 0.9 + backlog_ / 60) / capacity_ - 1e-6));
  }

 private:
  const Trace& trace_;
  double capacity_;
  double backlog_ = 0;
};

}  // namespace

std::unique_ptr<ScalingPolicy> make_adapter_policy(const FleetOptions& options) {
  return std::make_unique<AdapterPolicy>(options);
}

std::unique_ptr<ScalingPolicy> make_controller_policy() {
  return std::make_unique<ControllerPolicy>();
}

std::unique_ptr<ScalingPolicy> make_reactive_bound(const Trace& trace, const FleetOptions& options) {
  return std::make_unique<ReactiveBound>(trace, options);
}

}  // namespace inferno::bench
