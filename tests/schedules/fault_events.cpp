#include <spdlog/fmt/fmt.h>

#include <array>
#include <string_view>
#include <vector>

#include "tests/schedules/draft.hpp"

namespace inferno::schedules {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

void add_query_fault(Draft& draft) {
  const auto fault = static_cast<QueryFault>(1 + draft.random.below(8));
  const double share = draft.random.chance(0.5) ? 1.0 : 0.3;
  draft.outage(
      fmt::format("queries to Prometheus: fault {} for {:.0f} % of them", static_cast<int>(fault), share * 100),
      minutes{15}, [fault, share](Stage& stage) { stage.query_faults() = {.fault = fault, .share = share}; },
      [](Stage& stage) { stage.query_faults() = {}; });
}

void add_scrape_fault(Draft& draft) {
  const auto set = [](ScrapeFaults faults) { return [faults](Stage& stage) { stage.fleet().faults = faults; }; };
  switch (draft.random.below(4)) {
    case 0:
      return draft.outage(
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
      const double share = draft.random.chance(0.5) ? 0.1 : 1.0;
      return draft.outage(fmt::format("{:.0f} % of scrapes fail", share * 100), minutes{15}, set({.failing = share}),
                          set({}));
    }
    case 2:
      return draft.outage("the gateway is not scraped", minutes{15}, set({.gateway_down = true}), set({}));
    default: {
      const Duration delay = draft.random.between(seconds{5}, seconds{10});  // a scrape ends within its timeout
      return draft.outage(fmt::format("scrapes become visible up to {} s late", delay.count() / 1000), minutes{15},
                          set({.longest_delay = delay}), set({}));
    }
  }
}

// From any time on, for minutes or for good.
void add_spell(Draft& draft, const std::string& text, std::function<void(Stage&)> begin,
               std::function<void(Stage&)> end) {
  if (draft.random.chance(0.75)) return draft.outage(text, minutes{20}, std::move(begin), std::move(end));
  draft.add(draft.random.chance(0.5) ? draft.schedule.begin : draft.any_time(), text + ", for good", std::move(begin));
}

void add_exposure(Draft& draft, std::size_t model, std::size_t workload) {
  constexpr std::array<std::string_view, 4> texts{"", "lose num_requests_running", "lose all series of the engine",
                                                  "report another model_name"};
  const std::size_t exposure = 1 + draft.random.below(3);
  const auto set = [model, workload](Exposure what) {
    return [model, workload, what](Stage& stage) { stage.fleet().models[model].workloads[workload].exposure = what; };
  };
  add_spell(draft,
            fmt::format("{}: its pods {}", draft.schedule.models[model].workloads[workload].name, texts.at(exposure)),
            set(static_cast<Exposure>(exposure)), set(Exposure::complete));
}

void add_lost_targets(Draft& draft, std::size_t model, std::size_t workload) {
  const auto set = [model, workload](bool is_scraped) {
    return [model, workload, is_scraped](Stage& stage) {
      Fleet::set_scraped(stage.fleet().models[model], workload, is_scraped, stage.now());
    };
  };
  add_spell(draft, draft.schedule.models[model].workloads[workload].name + ": its pods are not scraped", set(false),
            set(true));
}

// One of the pods that are there then.
void add_failing_pod(Draft& draft, std::size_t model, std::size_t workload) {
  const std::size_t which = draft.random.below(60);
  const Duration period = draft.random.between(minutes{1}, minutes{20});
  draft.add(draft.any_time(),
            fmt::format("{}: scrapes of one pod fail for {} s", draft.schedule.models[model].workloads[workload].name,
                        period.count() / 1000),
            [=](Stage& stage) {
              std::vector<Pod*> pods;
              for (Pod& pod : stage.fleet().models[model].pods) {
                if (pod.workload == workload && pod.ready(stage.now()) && pod.serves) pods.push_back(&pod);
              }
              if (!pods.empty()) pods[which % pods.size()]->scrapes_fail_until = stage.now() + period;
            });
}

}  // namespace

void add_faults(Draft& draft) {
  Random& random = draft.random;
  for (std::size_t i = random.below(4); i > 0; --i) add_query_fault(draft);
  for (std::size_t i = random.below(3); i > 0; --i) add_scrape_fault(draft);
  for (std::size_t m = 0; m < draft.schedule.models.size(); ++m) {
    const std::size_t workloads = draft.schedule.models[m].workloads.size();
    if (random.chance(0.12)) add_exposure(draft, m, random.below(workloads));
    if (random.chance(workloads > 1 ? 0.12 : 0.04)) add_lost_targets(draft, m, random.below(workloads));
    if (random.chance(0.2)) add_failing_pod(draft, m, random.below(workloads));
  }
}

}  // namespace inferno::schedules
