#include "bench/policy/fleet.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "bench/policy/python_random.hpp"

namespace inferno::bench {
namespace {

constexpr double tick = 0.25;
constexpr double wait_objective = 5.0;
constexpr double kv_tokens = 100'000;
constexpr double kv_full = 0.97;
constexpr double token_latency = 0.015;
constexpr double token_latency_per_request = 0.00025;
constexpr int most_replicas = 40;

struct Request {
  double arrived = 0;
  double prompt = 0;
  double output = 0;
  double generated = 0;
  bool started = false;
};

struct Pod {
  std::uint64_t id = 0;
  double created = 0;
  std::vector<Request> running;
  std::deque<Request> waiting;
  double finished = 0;

  [[nodiscard]] double kv() const {
    double tokens = 0;
    for (const Request& request : running) tokens += request.prompt + request.generated;
    return std::min(1.0, tokens / kv_tokens);
  }
  [[nodiscard]] std::size_t load() const { return running.size() + waiting.size(); }
};

class Fleet {
 public:
  Fleet(const Trace& trace, ScalingPolicy& policy, const FleetOptions& options)
      : trace_(trace), policy_(policy), options_(options), random_(options.seed) {
    pods_.push_back({.id = next_id_++, .created = -1e9, .running = {}, .waiting = {}});
  }

  Outcome run() {
    for (now_ = 0; now_ < options_.length; now_ += tick) {
      arrive();
      serve();
      replica_seconds_ += static_cast<double>(pods_.size()) * tick;
      if (now_ >= next_scrape_) scrape();
      if (now_ >= next_sync_) sync();
    }
    return outcome();
  }

 private:
  [[nodiscard]] bool ready(const Pod& pod) const { return now_ - pod.created >= options_.cold_start; }

  double tokens(int mean) { return std::floor(random_.exponential(1.0 / mean)) + 1; }

  void arrive() {
    due_ += trace_(now_) * tick;
    for (; due_ >= 1; due_ -= 1) {
      const double prompt = tokens(options_.prompt_tokens);
      gateway_.push_back({.arrived = now_, .prompt = prompt, .output = tokens(options_.output_tokens)});
    }
  }

  void serve() {
    std::vector<Pod*> serving;
    for (Pod& pod : pods_) {
      if (ready(pod)) serving.push_back(&pod);
    }
    if (!serving.empty()) {
      for (Request& request : gateway_) {
        Pod* least = *std::min_element(serving.begin(), serving.end(),
                                       [](const Pod* a, const Pod* b) { return a->load() < b->load(); });
        least->waiting.push_back(request);
      }
      gateway_.clear();
    }
    for (Pod* pod : serving) step(*pod);
  }

  void step(Pod& pod) {
    while (!pod.waiting.empty() && pod.running.size() < static_cast<std::size_t>(largest_batch) && pod.kv() < kv_full) {
      pod.running.push_back(pod.waiting.front());
      pod.waiting.pop_front();
    }
    const double generated =
        tick / (token_latency + token_latency_per_request * static_cast<double>(pod.running.size()));
    for (Request& request : pod.running) {
      if (!request.started) waits_.push_back(now_ - request.arrived);
      request.started = true;
      request.generated += generated;
    }
    pod.finished += static_cast<double>(
        std::erase_if(pod.running, [](const Request& request) { return request.generated >= request.output; }));
  }

  void scrape() {
    next_scrape_ += options_.scrape_interval;
    ScrapeSample sample{.time = now_, .pods = {}, .gateway_queue = static_cast<double>(gateway_.size())};
    for (const Pod& pod : pods_) {
      if (!ready(pod)) continue;
      sample.pods[pod.id] = {.kv = pod.kv(),
                             .running = static_cast<double>(pod.running.size()),
                             .waiting = static_cast<double>(pod.waiting.size()),
                             .finished = pod.finished,
                             .ready_seconds = now_ - pod.created - options_.cold_start};
    }
    policy_.observe(sample);
  }

  void sync() {
    next_sync_ += hpa_sync_seconds;
    const auto serving = std::count_if(pods_.begin(), pods_.end(), [this](const Pod& pod) { return ready(pod); });
    const int asked = policy_.replicas(now_, static_cast<int>(pods_.size()), static_cast<int>(serving));
    const auto wanted = static_cast<std::size_t>(std::clamp(asked, 1, most_replicas));
    while (pods_.size() < wanted) pods_.push_back({.id = next_id_++, .created = now_, .running = {}, .waiting = {}});
    if (pods_.size() == wanted) return;
    // Pods that still load go first, then those with the least to do; their requests go back to the gateway.
    std::stable_sort(pods_.begin(), pods_.end(), [this](const Pod& a, const Pod& b) {
      return std::pair(ready(a), a.load()) < std::pair(ready(b), b.load());
    });
    const auto last = pods_.begin() + static_cast<std::ptrdiff_t>(pods_.size() - wanted);
    for (auto pod = pods_.begin(); pod != last; ++pod) {
      gateway_.insert(gateway_.begin(), pod->running.begin(), pod->running.end());
      gateway_.insert(gateway_.begin(), pod->waiting.begin(), pod->waiting.end());
    }
    pods_.erase(pods_.begin(), last);
  }

  [[nodiscard]] Outcome outcome() {
    std::sort(waits_.begin(), waits_.end());
    std::size_t pending = gateway_.size();
    for (const Pod& pod : pods_) pending += pod.waiting.size();
    const auto late = static_cast<std::size_t>(
        std::count_if(waits_.begin(), waits_.end(), [](double wait) { return wait > wait_objective; }));
    const auto all = static_cast<double>(waits_.size() + pending);
    return {.late_percent = all > 0 ? 100 * static_cast<double>(late + pending) / all : 0,
            .p95_wait = waits_.empty() ? 0 : waits_[waits_.size() * 95 / 100],
            .replica_seconds = replica_seconds_};
  }

  const Trace& trace_;
  ScalingPolicy& policy_;
  FleetOptions options_;
  PythonRandom random_;
  std::vector<Pod> pods_;
  std::vector<Request> gateway_;
  std::vector<double> waits_;
  std::uint64_t next_id_ = 1;
  double now_ = 0;
  double due_ = 0;
  double replica_seconds_ = 0;
  double next_scrape_ = 0;
  double next_sync_ = 7;  // HPA syncs and scrapes do not fall together
};

}  // namespace

double replica_capacity(const FleetOptions& options) {
  const double batch =
      std::min<double>(largest_batch, kv_full * kv_tokens / (options.prompt_tokens + options.output_tokens / 2.0));
  return batch / (options.output_tokens * (token_latency + token_latency_per_request * batch));
}

Outcome run_fleet(const Trace& trace, ScalingPolicy& policy, const FleetOptions& options) {
  return Fleet(trace, policy, options).run();
}

}  // namespace inferno::bench
