#include "tests/schedules/signal_meaning.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "tests/schedules/row_values.hpp"
#include "tests/schedules/scrape_view.hpp"

namespace inferno::schedules {
namespace {

using Value = std::optional<double>;

Value one_if(bool condition) {
  return condition ? Value(1.0) : std::nullopt;
}

bool has(const std::vector<std::string>& list, const std::string& value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

std::string gateway_labels(const ModelTruth& model) {
  std::string names = fmt::format(R"("target_model_name":"{0}","model_name":"{0}")", model.model_id);
  if (model.gateway == GatewayKind::without_namespace) return names;
  return fmt::format(R"("namespace":"{}",)", model.namespace_name) + names;
}

// Of one question at one step.
class Evaluation {
 public:
  Evaluation(const Fleet& fleet, const GridTiming& timing, const Question& question, const ScrapeView& view,
             const Emit& emit, TimePoint time)
      : fleet_(fleet), timing_(timing), question_(question), view_(view), emit_(emit), time_(time) {}

  void give() {
    switch (question_.what) {
      case Asked::kv_usage:
        return by_workload([&](const Pod& pod, Name name) { return view_.gauge(pod, Gauge::kv, name); });
      case Asked::running:
        return by_workload([&](const Pod& pod, Name name) { return view_.gauge(pod, Gauge::running, name); });
      case Asked::waiting:
        return by_workload([&](const Pod& pod, Name name) { return view_.gauge(pod, Gauge::waiting, name); });
      case Asked::pods:
        return by_workload([&](const Pod& pod, Name name) {
          return counted(pod, name, view_.gauge(pod, Gauge::running, name) ? view_.told(pod, name, lookback) : 0);
        });
      case Asked::reporting:
        return by_workload([&](const Pod& pod, Name name) {
          return counted(pod, name, view_.told(pod, name, timing_.flow_interval));
        });
      case Asked::joined:
        if (view_.is(Sabotage::joins_ignored)) return;
        return by_workload([&](const Pod& pod, Name name) {
          return one_if(view_.told(pod, name, timing_.flow_interval) > 0 &&
                        view_.told(pod, name, timing_.gap_tolerance, timing_.flow_interval) == 0);
        });
      case Asked::used:
        return used();
      case Asked::finished:
      case Asked::finished_since:
        return by_workload([&](const Pod& pod, Name name) -> Value {
          const bool since = question_.what == Asked::finished_since;
          const Value rise = view_.rise(pod, name, since ? timing_.gap_tolerance : timing_.much_earlier);
          if (!rise || (since && *rise == 0)) return std::nullopt;
          return std::max(*rise, 0.0);
        });
      case Asked::same_counters:
        return same_counters();
      case Asked::throughput:
        return by_workload([&](const Pod& pod, Name name) { return throughput(pod, name); }, true);
      case Asked::batch:
        return by_workload(
            [&](const Pod& pod, Name name) -> Value {
              const Value running = view_.gauge(pod, Gauge::running, name);
              const bool is_full = running.value_or(0) > 0 && view_.gauge(pod, Gauge::waiting, name).value_or(0) > 0;
              return is_full ? running : std::nullopt;
            },
            true);
      case Asked::gateway_queue:
        return by_gateway([&](const ModelTruth& model) -> Value {
          const GatewayScrape* scrape = view_.gateway(model);
          return scrape == nullptr ? std::nullopt : Value(view_.queue(*scrape));
        });
      case Asked::gateway_arrivals:
        return by_gateway(
            [&](const ModelTruth& model) { return one_if(view_.arrivals_changed(model, 2 * timing_.flow_interval)); },
            true);
      case Asked::gateway_use:
        return by_gateway(
            [&](const ModelTruth& model) {
              return one_if(view_.was_queued(model) ||
                            view_.rose(model, &GatewayScrape::arrivals, timing_.flow_interval));
            },
            true);
      case Asked::wake:
        return wake();
      case Asked::cache_blocks:
        return cache_blocks();
      case Asked::sightings:
        return sightings();
      case Asked::nothing:
        return;
    }
  }

 private:
  template <class ValueOf>
  void by_workload(ValueOf value_of, bool mean = false) {
    for (const ModelTruth& model : fleet_.models) {
      if (has(question_.namespaces, model.namespace_name)) RowValues(model, view_).emit(value_of, emit_, mean);
    }
  }

  // Several gateways may speak of one model.
  template <class ValueOf>
  void by_gateway(ValueOf value_of, bool grouped = false, const std::string& more_labels = {}) {
    std::map<std::string, double> sums;
    for (const ModelTruth& model : fleet_.models) {
      if (model.gateway == GatewayKind::none || !has(question_.models, model.model_id)) continue;
      const bool within = model.gateway == GatewayKind::without_namespace
                              ? question_.without_namespace
                              : has(question_.namespaces, model.namespace_name);
      if (!within && !question_.namespaces.empty()) continue;
      if (const Value value = value_of(model)) sums[gateway_labels(model) + more_labels] += *value;
    }
    for (const auto& [labels, sum] : sums) emit_(labels, grouped ? 1.0 : sum);
  }

  Value counted(const Pod& pod, Name name, int jobs) const {
    if (view_.is(Sabotage::evidence_invented) && name == Name::model_id && pod.serves && pod.ready(time_)) return 1;
    if (jobs == 0) return std::nullopt;
    return view_.is(Sabotage::duplicates_added) ? jobs : 1;
  }

  void used() {
    for (const ModelTruth& model : fleet_.models) {
      RowValues rows(model, view_);
      const auto is_used = [&](const Pod& pod, Name name) {
        const bool always = view_.is(Sabotage::never_to_zero) && view_.told(pod, name, timing_.flow_interval) > 0;
        return one_if(always || view_.used(pod, name));
      };
      if (has(question_.namespaces, model.namespace_name)) rows.emit(is_used, emit_, true);
    }
  }

  // A row where some counter is there, and each stands where it stood; a changed one outweighs all others.
  void same_counters() {
    const auto same = [&](const Pod& pod, Name name) -> Value {
      const auto now = view_.counters(pod, name, timing_.flow_interval);
      const auto before = view_.counters(pod, name, timing_.flow_interval, question_.ago);
      constexpr std::array<double, 2> none{-1, -1};
      if (view_.is(Sabotage::gaps_bridged)) return one_if(view_.told(pod, name, timing_.flow_interval) > 0);
      if (view_.is(Sabotage::finished_requests_ignored)) return one_if(now != none);
      if (now == none && before == none) return std::nullopt;
      return now == before ? 1 : -1e6;
    };
    const Emit emit = [&](const std::string& labels, double sum) {
      if (sum > 0) emit_(labels, 1);
    };
    for (const ModelTruth& model : fleet_.models) {
      if (has(question_.namespaces, model.namespace_name))
        RowValues(model, view_).emit(same, emit, false, question_.ago);
    }
  }

  // Requests per second of a pod that had a queue at both ends of the interval.
  Value throughput(const Pod& pod, Name name) const {
    const Duration interval = timing_.flow_interval;
    if (!(view_.gauge(pod, Gauge::waiting, name).value_or(0) > 0)) return std::nullopt;
    if (!(view_.gauge(pod, Gauge::waiting, name, interval).value_or(0) > 0)) return std::nullopt;
    if (!view_.gauge(pod, Gauge::running, name, timing_.warm_up)) return std::nullopt;
    const auto now = view_.counters(pod, name, interval);
    const auto before = view_.counters(pod, name, timing_.gap_tolerance, interval);
    const auto sum = [](const std::array<double, 2>& counters) {
      return std::max(counters[0], 0.0) + std::max(counters[1], 0.0);
    };
    const bool are_there = std::max(now[0], now[1]) >= 0 && std::max(before[0], before[1]) >= 0;
    if (!are_there || sum(now) < sum(before)) return std::nullopt;
    return (sum(now) - sum(before)) / std::chrono::duration<double>(interval).count();
  }

  void wake() {
    by_gateway(
        [&](const ModelTruth& model) -> Value {
          const GatewayScrape* scrape = view_.gateway(model);
          return scrape != nullptr && view_.queue(*scrape) > 0 ? Value(scrape->queue) : std::nullopt;
        },
        false, R"(,"signal":"queue")");
    const auto rising = [&](double GatewayScrape::* counter, const std::string& signal) {
      by_gateway([&](const ModelTruth& model) { return one_if(view_.rose(model, counter, timing_.wake_window)); }, true,
                 R"(,"signal":")" + signal + '"');
    };
    rising(&GatewayScrape::arrivals, "arrivals");
    if (!view_.is(Sabotage::refusals_ignored)) rising(&GatewayScrape::refused, "refused");
  }

  // Each pod has one engine; those of a model's workloads differ.
  void cache_blocks() {
    std::map<std::string, double> rows;
    for (const ModelTruth& model : fleet_.models) {
      if (!has(question_.namespaces, model.namespace_name)) continue;
      for (const Pod& pod : model.pods) {
        if (!view_.knows_cache(pod)) continue;
        rows[fmt::format(R"("namespace":"{}","owner":"{}","num_gpu_blocks":"{}","block_size":"16")",
                         model.namespace_name, model.owners[pod.owner].name, 1000 * (pod.workload + 1))] = 1;
      }
    }
    for (const auto& [labels, value] : rows) emit_(labels, value);
  }

  void sightings() {
    std::map<std::string, double> rows;
    for (const ModelTruth& model : fleet_.models) {
      if (!has(question_.namespaces, model.namespace_name)) continue;
      for (const Pod& pod : model.pods) {
        const auto see = [&](std::string_view series, const std::string& labels, double value) {
          double& largest = rows[fmt::format(R"("__name__":"{}",{})", series, labels)];
          largest = std::max(largest, value);
        };
        if (const Value up = view_.up(pod)) {
          see("up", fmt::format(R"("namespace":"{}","owner":"{}")", model.namespace_name, model.owners[pod.owner].name),
              *up);
        }
        for (const Name name : {Name::model_id, Name::other}) {
          const std::string& labels = model.owners[pod.owner].labels.at(name == Name::other ? 1 : 0);
          if (const Value value = view_.gauge(pod, Gauge::running, name))
            see("vllm:num_requests_running", labels, *value);
          if (const Value value = view_.gauge(pod, Gauge::waiting, name))
            see("vllm:num_requests_waiting", labels, *value);
        }
      }
    }
    for (const auto& [labels, value] : rows) emit_(labels, value);
  }

  const Fleet& fleet_;
  const GridTiming& timing_;
  const Question& question_;
  const ScrapeView& view_;
  const Emit& emit_;
  TimePoint time_;
};

}  // namespace

void SignalMeaning::evaluate(const Question& question, TimePoint time, TimePoint asked_at, const Emit& emit) const {
  const ScrapeView view(fleet_, timing_, time, asked_at);
  Evaluation(fleet_, timing_, question, view, emit, time).give();
}

}  // namespace inferno::schedules
