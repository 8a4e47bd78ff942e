#include "tests/schedules/schedule.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "tests/schedules/random.hpp"

namespace inferno::schedules {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint epoch{seconds{1'767'225'600}};  // 2026-01-01

class Composer {
 public:
  explicit Composer(std::uint64_t seed) : random_(seed) {}

  Schedule compose() {
    schedule_.begin = epoch;
    schedule_.end = epoch + random_.between(minutes{30}, minutes{100}, minutes{10});
    choose_settings();
    choose_fleet();
    choose_policy();
    add_traffic();
    add_long_requests();
    add_replicas();
    add_operator();
    add_faults();
    std::ranges::stable_sort(schedule_.events, {}, &Event::at);
    return std::move(schedule_);
  }

 private:
  void choose_settings() {
    signals::SignalOptions& signals = schedule_.settings.signals;
    schedule_.scrape_interval = random_.chance(0.5) ? seconds{15} : seconds{30};
    signals.step = random_.chance(0.5) ? seconds{30} : seconds{60};
    signals.flow_interval = std::max<Duration>(signals.step, random_.chance(0.5) ? seconds{30} : seconds{60});
    signals.gap_tolerance = 4 * signals.flow_interval;
    signals.max_age = signals.step;
    signals.history = minutes{4} + 2 * signals.flow_interval;
    signals.learning_window = minutes{10};
    signals.wake_max_age = random_.between(seconds{15}, seconds{60}, seconds{15});
    signals.wake_window = std::max<Duration>(seconds{60}, 2 * signals.wake_max_age);
    signals.ask_memory = minutes{2};
    signals.retry_delay = seconds{5};
    schedule_.ask_interval = random_.between(seconds{30}, seconds{60}, seconds{30});
    schedule_.settings.decision.stale_after = 4 * signals.step;
    schedule_.settings.provider.max_stale = minutes{5};
    schedule_.range_is_closed = random_.chance(0.5);
  }

  void choose_fleet() {
    const std::size_t count = 1 + random_.below(3);
    for (std::size_t i = 0; i < count; ++i) {
      ModelTruth model;
      const bool same_name = i > 0 && random_.chance(0.3);
      model.namespace_name = same_name ? "dev" : "prod";
      model.model_id = same_name ? "model-0" : fmt::format("model-{}", i);
      if (same_name && std::ranges::any_of(schedule_.models,
                                           [](const ModelTruth& other) { return other.namespace_name == "dev"; })) {
        model.model_id = fmt::format("model-{}", i);
      }
      model.gateway = static_cast<GatewayKind>(random_.below(3));
      model.counters_appear_late = random_.chance(0.3);
      model.load_time = random_.between(seconds{0}, minutes{4}, seconds{30});
      const std::size_t variants = random_.chance(0.25) ? 2 : 1;
      for (std::size_t v = 0; v < variants; ++v) {
        model.variants.push_back({.target = fmt::format("{}-v{}", model.model_id, v),
                                  .cost = static_cast<double>(1 + random_.below(20)),
                                  .spec_replicas = 0,
                                  .available_since = epoch,
                                  .available = true});
        if (random_.chance(0.9)) schedule_.autoscalings.emplace_back(i, v);
      }
      schedule_.models.push_back(std::move(model));
    }
  }

  Duration retention() { return random_.between(minutes{1}, minutes{15}, seconds{30}); }

  PolicyEntry entry(const ModelTruth* model) {
    PolicyEntry entry;
    if (model != nullptr) {
      entry.model_id = model->model_id;
      if (random_.chance(0.5)) entry.namespace_name = model->namespace_name;
    }
    if (random_.chance(0.8)) entry.enabled = random_.chance(0.85);
    if (random_.chance(0.7)) entry.retention = retention();
    if (random_.chance(0.05)) {
      constexpr std::array<std::string_view, 4> broken{"soon", "-5m", "10", "\"\""};
      entry.retention.reset();
      entry.broken_retention = random_.pick(broken);
    }
    return entry;
  }

  void choose_policy() {
    schedule_.policy.entries["default"] = entry(nullptr);
    schedule_.policy.entries["default"].enabled = random_.chance(0.9);
    for (std::size_t i = 0; i < schedule_.models.size(); ++i) {
      if (random_.chance(0.5)) schedule_.policy.entries[fmt::format("key-{}", i)] = entry(&schedule_.models[i]);
    }
  }

  TimePoint any_time() { return random_time(schedule_.begin, schedule_.end); }
  TimePoint random_time(TimePoint from, TimePoint until) { return from + random_.between(Duration{0}, until - from); }

  void add_traffic() {
    for (ModelTruth& model : schedule_.models) {
      TimePoint time = schedule_.begin;
      while (time < schedule_.end) {
        const TimePoint end = time + random_.between(minutes{1}, minutes{15});
        constexpr std::array<double, 5> rates{0.02, 0.05, 0.3, 1.0, 2.0};
        model.traffic.push_back(
            {.begin = time,
             .end = end,
             .per_tick = random_.pick(rates),
             .longest = random_.chance(0.3) ? seconds{0} : random_.between(seconds{5}, minutes{1})});
        time = end + random_.between(minutes{1}, minutes{40});
      }
      if (random_.chance(0.5)) model.traffic.erase(model.traffic.begin());
    }
  }

  // A single request, or one that runs longer than most retention periods.
  void add_long_requests() {
    for (std::size_t i = random_.below(5); i > 0; --i) {
      const std::size_t model = random_.below(schedule_.models.size());
      const Duration service =
          random_.chance(0.5) ? random_.between(minutes{5}, minutes{40}) : random_.between(seconds{0}, seconds{30});
      add(any_time(), fmt::format("a request for model {} that takes {} s", model, service.count() / 1000),
          [model, service](Stage& stage) { stage.fleet().arrive(stage.fleet().models[model], stage.now(), service); });
    }
  }

  void add_replicas() {
    add(schedule_.begin, "replica A starts", [](Stage& stage) { stage.start_replica(0); });
    for (std::size_t i = random_.below(3); i > 0; --i) {
      add(any_time(), "replica A restarts", [](Stage& stage) {
        stage.stop_replica(0);
        stage.start_replica(0);
      });
    }
    if (random_.chance(0.3)) return;
    TimePoint time = any_time();
    add(time, "replica B starts", [](Stage& stage) { stage.start_replica(1); });
    if (random_.chance(0.3)) {
      add(random_time(time, schedule_.end), "replica B stops", [](Stage& stage) { stage.stop_replica(1); });
    }
  }

  void add_operator() {
    for (std::size_t i = random_.below(5); i > 0; --i) edit_policy();
    for (std::size_t m = 0; m < schedule_.models.size(); ++m) {
      for (std::size_t v = 0; v < schedule_.models[m].variants.size(); ++v) {
        const auto replicas = static_cast<std::int32_t>(random_.below(4));
        add(schedule_.begin, fmt::format("model {} variant {} has {} replicas", m, v, replicas),
            [m, v, replicas](Stage& stage) { scale(stage, m, v, replicas); });
        for (std::size_t i = random_.below(3); i > 0; --i) by_hand(m, v);
      }
    }
    if (random_.chance(0.2)) {
      outage(
          "the cluster's objects no longer arrive", minutes{10}, [](Stage& stage) { stage.cut_off_from_cluster(true); },
          [](Stage& stage) { stage.cut_off_from_cluster(false); });
    }
  }

  void edit_policy() {
    const TimePoint time = any_time();
    if (random_.chance(0.15)) {
      add(time, "the ConfigMap is deleted", [](Stage& stage) { stage.cluster().policy.exists = false; });
      if (random_.chance(0.7)) {
        add(random_time(time, schedule_.end), "the ConfigMap is created again",
            [](Stage& stage) { stage.cluster().policy.exists = true; });
      }
      return;
    }
    const std::size_t model = random_.below(schedule_.models.size() + 1);
    const bool is_default = model == schedule_.models.size();
    const std::string key = is_default ? "default" : fmt::format("key-{}", model);
    PolicyEntry changed = entry(is_default ? nullptr : &schedule_.models[model]);
    add(time,
        fmt::format("ConfigMap key {}: enabled {}, retention {} s", key,
                    changed.enabled ? (*changed.enabled ? "true" : "false") : "-",
                    changed.retention ? changed.retention->count() / 1000 : -1),
        [key, changed](Stage& stage) { stage.cluster().policy.entries[key] = changed; });
  }

  void by_hand(std::size_t model, std::size_t variant) {
    const TimePoint time = any_time();
    switch (random_.below(4)) {
      case 0:
        add(time, fmt::format("VariantAutoscaling of model {} variant {} is deleted", model, variant),
            [model, variant](Stage& stage) { stage.cluster().autoscalings.erase({model, variant}); });
        return;
      case 1:
        add(time, fmt::format("VariantAutoscaling of model {} variant {} is created", model, variant),
            [model, variant](Stage& stage) {
              stage.cluster().autoscalings.try_emplace({model, variant}, stage.now());
            });
        return;
      case 2: {
        const auto replicas = static_cast<std::int32_t>(random_.below(4));
        add(time, fmt::format("model {} variant {} is scaled to {} by hand", model, variant, replicas),
            [model, variant, replicas](Stage& stage) { scale(stage, model, variant, replicas); });
        return;
      }
      default:
        add(time, fmt::format("containers of model {} variant {} restart", model, variant),
            [model, variant](Stage& stage) {
              ModelTruth& truth = stage.fleet().models[model];
              for (Pod& pod : truth.pods) {
                if (pod.variant == variant && pod.ready(stage.now())) stage.fleet().restart(truth, pod, stage.now());
              }
            });
    }
  }

  static void scale(Stage& stage, std::size_t model, std::size_t variant, std::int32_t replicas) {
    stage.fleet().scale(stage.fleet().models[model], variant, replicas, stage.now());
  }

  void add_faults() {
    for (std::size_t i = random_.below(4); i > 0; --i) {
      const auto fault = static_cast<QueryFault>(1 + random_.below(8));
      const double share = random_.chance(0.5) ? 1.0 : 0.3;
      outage(
          fmt::format("queries to Prometheus: fault {} for {:.0f} % of them", static_cast<int>(fault), share * 100),
          minutes{15}, [fault, share](Stage& stage) { stage.query_faults() = {.fault = fault, .share = share}; },
          [](Stage& stage) { stage.query_faults() = {}; });
    }
    for (std::size_t i = random_.below(3); i > 0; --i) add_scrape_fault();
  }

  void add_scrape_fault() {
    const auto set = [](ScrapeFaults faults) { return [faults](Stage& stage) { stage.fleet().faults = faults; }; };
    switch (random_.below(4)) {
      case 0:
        return outage(
            "Prometheus is down", minutes{15},
            [](Stage& stage) {
              stage.fleet().faults = {.prometheus_down = true};
              stage.query_faults() = {.fault = QueryFault::refused, .share = 1};
            },
            [](Stage& stage) {
              stage.fleet().faults = {};
              stage.query_faults() = {};
            });
      case 1: {
        const double share = random_.chance(0.5) ? 0.1 : 1.0;
        return outage(fmt::format("{:.0f} % of scrapes fail", share * 100), minutes{15}, set({.failing = share}),
                      set({}));
      }
      case 2:
        return outage("the gateway is not scraped", minutes{15}, set({.gateway_down = true}), set({}));
      default: {
        const Duration delay = random_.between(seconds{5}, seconds{10});  // a scrape ends within its timeout
        return outage(fmt::format("scrapes become visible up to {} s late", delay.count() / 1000), minutes{15},
                      set({.longest_delay = delay}), set({}));
      }
    }
  }

  void outage(const std::string& text, Duration longest, std::function<void(Stage&)> begin,
              std::function<void(Stage&)> end) {
    const TimePoint time = any_time();
    add(time, text, std::move(begin));
    add(time + random_.between(seconds{15}, longest), "over: " + text, std::move(end));
  }

  void add(TimePoint time, std::string text, std::function<void(Stage&)> act) {
    schedule_.events.push_back({.at = time, .text = std::move(text), .act = std::move(act)});
  }

  Random random_;
  Schedule schedule_;
};

}  // namespace

Schedule make_schedule(std::uint64_t seed) {
  return Composer(seed).compose();
}

}  // namespace inferno::schedules
