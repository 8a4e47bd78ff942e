#include <spdlog/fmt/fmt.h>

#include <array>
#include <string_view>

#include "tests/schedules/draft.hpp"

namespace inferno::schedules {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

void scale(Stage& stage, std::size_t model, std::size_t workload, std::int32_t replicas) {
  stage.fleet().controllers().scale(stage.fleet().models[model], workload, replicas, stage.now());
}

void edit_policy(Draft& draft) {
  Random& random = draft.random;
  const TimePoint time = draft.any_time();
  if (random.chance(0.15)) {
    draft.add(time, "the ConfigMap is deleted", [](Stage& stage) { stage.cluster().policy.exists = false; });
    if (random.chance(0.7)) {
      draft.add(draft.time_between(time, draft.schedule.end), "the ConfigMap is created again",
                [](Stage& stage) { stage.cluster().policy.exists = true; });
    }
    return;
  }
  const std::size_t model = random.below(draft.schedule.models.size() + 1);
  const bool is_default = model == draft.schedule.models.size();
  const std::string key = is_default ? "default" : fmt::format("key-{}", model);
  PolicyEntry changed = choose_policy_entry(random, is_default ? nullptr : &draft.schedule.models[model]);
  draft.add(time,
            fmt::format("ConfigMap key {}: enabled {}, retention {} s", key,
                        changed.enabled ? (*changed.enabled ? "true" : "false") : "-",
                        changed.retention ? changed.retention->count() / 1000 : -1),
            [key, changed](Stage& stage) { stage.cluster().policy.entries[key] = changed; });
}

void work_by_hand(Draft& draft, std::size_t model, std::size_t workload) {
  const TimePoint time = draft.any_time();
  const WorkloadTruth& truth = draft.schedule.models[model].workloads[workload];
  const auto add = [&](std::string_view text, std::function<void(Stage&)> act) {
    draft.add(time, fmt::format("{}: {}", truth.name, text), std::move(act));
  };
  switch (draft.random.below(5)) {
    case 0:
      if (truth.is_scaled_by_others) return;
      return add("its VariantAutoscaling is deleted",
                 [model, workload](Stage& stage) { stage.cluster().autoscalings.erase({model, workload}); });
    case 1:
      if (truth.is_scaled_by_others) return;
      return add("its VariantAutoscaling is created", [model, workload](Stage& stage) {
        stage.cluster().autoscalings.try_emplace({model, workload}, stage.now());
      });
    case 2: {
      const auto replicas = static_cast<std::int32_t>(draft.random.below(4));
      return add(fmt::format("scaled to {} by hand", replicas),
                 [model, workload, replicas](Stage& stage) { scale(stage, model, workload, replicas); });
    }
    case 3:
      return add("a rollout begins", [model, workload](Stage& stage) {
        stage.fleet().controllers().start_rollout(stage.fleet().models[model], workload, stage.now());
      });
    default:
      return add("its containers restart", [model, workload](Stage& stage) {
        Controllers::restart(stage.fleet().models[model], workload, stage.now());
      });
  }
}

}  // namespace

PolicyEntry choose_policy_entry(Random& random, const ModelTruth* model) {
  PolicyEntry entry;
  if (model != nullptr) {
    entry.model_id = model->model_id;
    if (random.chance(0.5)) entry.namespace_name = model->namespace_name;
  }
  if (random.chance(0.8)) entry.enabled = random.chance(0.85);
  if (random.chance(0.7)) entry.retention = random.between(minutes{1}, minutes{15}, seconds{30});
  if (random.chance(0.05)) {
    constexpr std::array<std::string_view, 4> broken{"soon", "-5m", "10", "\"\""};
    entry.retention.reset();
    entry.broken_retention = random.pick(broken);
  }
  return entry;
}

void add_operator(Draft& draft) {
  Random& random = draft.random;
  for (std::size_t i = random.below(5); i > 0; --i) edit_policy(draft);
  for (std::size_t m = 0; m < draft.schedule.models.size(); ++m) {
    const auto& workloads = draft.schedule.models[m].workloads;
    for (std::size_t w = 0; w < workloads.size(); ++w) {
      const auto replicas = static_cast<std::int32_t>(random.below(4));
      draft.add(draft.schedule.begin, fmt::format("{}: has {} replicas", workloads[w].name, replicas),
                [m, w, replicas](Stage& stage) { scale(stage, m, w, replicas); });
      for (std::size_t i = random.below(3); i > 0; --i) work_by_hand(draft, m, w);
    }
  }
  if (random.chance(0.2)) {
    draft.outage(
        "the cluster's objects no longer arrive", minutes{10}, [](Stage& stage) { stage.cut_off_from_cluster(true); },
        [](Stage& stage) { stage.cut_off_from_cluster(false); });
  }
}

}  // namespace inferno::schedules
