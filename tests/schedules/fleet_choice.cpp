#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tests/schedules/draft.hpp"

namespace inferno::schedules {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// The name of a pod made from such a name has no room for all of it.
std::string prolonged(const std::string& name) {
  constexpr std::size_t length = 43;
  return name + std::string(length - name.size(), 'x');
}

void choose_kind(Random& random, WorkloadTruth& workload) {
  if (random.chance(0.6)) return;
  workload.kind = random.chance(0.5) ? Kind::stateful_set : Kind::leader_worker_set;
  if (workload.kind == Kind::stateful_set) return;
  workload.group_size = 1 + random.below(2);
  workload.only_leaders_report = random.chance(0.5);
}

WorkloadTruth choose_workload(Random& random, std::string name, std::string role) {
  WorkloadTruth workload;
  workload.name = std::move(name);
  workload.role = std::move(role);
  workload.cost = static_cast<double>(1 + random.below(20));
  workload.scrape_jobs = random.chance(0.2) ? 2 : 1;
  choose_kind(random, workload);
  return workload;
}

// Phases with pauses between them.
std::vector<TrafficPhase> choose_traffic(Random& random, const Schedule& schedule) {
  std::vector<TrafficPhase> traffic;
  TimePoint time = schedule.begin;
  while (time < schedule.end) {
    const TimePoint end = time + random.between(minutes{1}, minutes{15});
    constexpr std::array<double, 5> rates{0.02, 0.05, 0.3, 1.0, 2.0};
    traffic.push_back({.begin = time,
                       .end = end,
                       .per_tick = random.pick(rates),
                       .longest = random.chance(0.3) ? seconds{0} : random.between(seconds{5}, minutes{1})});
    time = end + random.between(minutes{1}, minutes{40});
  }
  if (random.chance(0.5)) traffic.erase(traffic.begin());
  return traffic;
}

void choose_workloads(Random& random, const Schedule& schedule, ModelTruth& model) {
  const bool has_roles = random.chance(0.2);
  const bool is_long = random.chance(0.1);
  const auto name = [&](const std::string& suffix) {
    return (is_long ? prolonged(model.model_id) : model.model_id) + "-" + suffix;
  };
  if (has_roles) {
    model.workloads.push_back(choose_workload(random, name("prefill"), "prefill"));
    model.workloads.push_back(choose_workload(random, name("decode"), "decode"));
    if (random.chance(0.2)) model.workloads.push_back(choose_workload(random, name("decode-b"), "decode"));
  } else {
    const std::size_t variants = random.chance(0.3) ? 2 : 1;
    for (std::size_t v = 0; v < variants; ++v)
      model.workloads.push_back(choose_workload(random, name(fmt::format("v{}", v)), ""));
  }
  if (!random.chance(0.25) || is_long) return;
  // Its name begins as that of a target, or it does not.
  WorkloadTruth others;
  others.name = random.chance(0.5) ? model.workloads.front().name + "-canary" : "bench-" + model.model_id;
  others.is_scaled_by_others = true;
  others.own_traffic = choose_traffic(random, schedule);
  model.workloads.push_back(std::move(others));
}

}  // namespace

void choose_fleet(Draft& draft) {
  Random& random = draft.random;
  Schedule& schedule = draft.schedule;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    ModelTruth model;
    const bool dev_is_free =
        std::ranges::none_of(schedule.models, [](const ModelTruth& other) { return other.namespace_name == "dev"; });
    const bool same_name = i > 0 && random.chance(0.3);
    model.namespace_name = same_name ? "dev" : "prod";
    model.model_id = same_name && dev_is_free ? "model-0" : fmt::format("model-{}", i);
    // The name of the adapters' base, or that of another model that is served here.
    model.other_name = random.chance(0.5) ? "base-" + model.model_id : fmt::format("model-{}", (i + 1) % count);
    if (model.other_name == model.model_id) model.other_name = "base-" + model.model_id;
    model.gateway = static_cast<GatewayKind>(random.below(3));
    model.counters_appear_late = random.chance(0.3);
    model.load_time = random.between(seconds{0}, minutes{4}, seconds{30});
    choose_workloads(random, schedule, model);
    for (std::size_t w = 0; w < model.workloads.size(); ++w) {
      model.workloads[w].available_since = schedule.begin;
      if (!model.workloads[w].is_scaled_by_others && random.chance(0.9)) schedule.autoscalings.emplace_back(i, w);
    }
    model.traffic = choose_traffic(random, schedule);
    schedule.models.push_back(std::move(model));
  }
}

}  // namespace inferno::schedules
