#include "tests/schedules/schedule.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "tests/schedules/draft.hpp"

namespace inferno::schedules {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint epoch{seconds{1'767'225'600}};  // 2026-01-01

void choose_settings(Draft& draft) {
  Random& random = draft.random;
  Schedule& schedule = draft.schedule;
  signals::SignalOptions& signals = schedule.settings.signals;
  schedule.scrape_interval = random.chance(0.5) ? seconds{15} : seconds{30};
  signals.step = random.chance(0.5) ? seconds{30} : seconds{60};
  signals.flow_interval = std::max<Duration>(signals.step, random.chance(0.5) ? seconds{30} : seconds{60});
  signals.gap_tolerance = 4 * signals.flow_interval;
  signals.max_age = signals.step;
  signals.history = minutes{4} + 2 * signals.flow_interval;
  signals.learning_window = minutes{10};
  signals.wake_max_age = random.between(seconds{15}, seconds{60}, seconds{15});
  signals.wake_window = std::max<Duration>(seconds{60}, 2 * signals.wake_max_age);
  signals.ask_memory = minutes{2};
  signals.retry_delay = seconds{5};
  schedule.ask_interval = random.between(seconds{30}, seconds{60}, seconds{30});
  schedule.settings.decision.stale_after = 4 * signals.step;
  schedule.settings.provider.max_stale = minutes{5};
  schedule.range_is_closed = random.chance(0.5);
  schedule.watches_pods = random.chance(0.3);
  schedule.traits.aligns = random.chance(0.1);
  schedule.traits.remarks = random.chance(0.1);
  if (random.chance(0.04)) schedule.traits.withholds = seconds{30};
}

void choose_policy(Draft& draft) {
  PolicyTruth& policy = draft.schedule.policy;
  policy.entries["default"] = choose_policy_entry(draft.random, nullptr);
  policy.entries["default"].enabled = draft.random.chance(0.9);
  for (std::size_t i = 0; i < draft.schedule.models.size(); ++i) {
    if (draft.random.chance(0.5))
      policy.entries[fmt::format("key-{}", i)] = choose_policy_entry(draft.random, &draft.schedule.models[i]);
  }
}

// A single request, or one that runs longer than most retention periods.
void add_long_requests(Draft& draft) {
  Random& random = draft.random;
  for (std::size_t i = random.below(5); i > 0; --i) {
    const std::size_t model = random.below(draft.schedule.models.size());
    const Duration service =
        random.chance(0.5) ? random.between(minutes{5}, minutes{40}) : random.between(seconds{0}, seconds{30});
    draft.add(draft.any_time(), fmt::format("a request for model {} that takes {} s", model, service.count() / 1000),
              [model, service](Stage& stage) {
                stage.fleet().requests().arrive(stage.fleet().models[model], stage.now(), service);
              });
  }
}

void add_replicas(Draft& draft) {
  draft.add(draft.schedule.begin, "replica A starts", [](Stage& stage) { stage.start_replica(0); });
  for (std::size_t i = draft.random.below(3); i > 0; --i) {
    draft.add(draft.any_time(), "replica A restarts", [](Stage& stage) {
      stage.stop_replica(0);
      stage.start_replica(0);
    });
  }
  if (draft.random.chance(0.3)) return;
  const TimePoint time = draft.any_time();
  draft.add(time, "replica B starts", [](Stage& stage) { stage.start_replica(1); });
  if (draft.random.chance(0.3)) {
    draft.add(draft.time_between(time, draft.schedule.end), "replica B stops",
              [](Stage& stage) { stage.stop_replica(1); });
  }
}

}  // namespace

Schedule make_schedule(std::uint64_t seed) {
  Draft draft(seed);
  draft.schedule.begin = epoch;
  draft.schedule.end = epoch + draft.random.between(minutes{30}, minutes{100}, minutes{10});
  choose_settings(draft);
  choose_fleet(draft);
  choose_policy(draft);
  add_long_requests(draft);
  add_replicas(draft);
  add_operator(draft);
  add_faults(draft);
  for (ModelTruth& model : draft.schedule.models)
    model.gateway_refuses = model.gateway != GatewayKind::none && draft.random.chance(0.3);
  std::ranges::stable_sort(draft.schedule.events, {}, &Event::at);
  return std::move(draft.schedule);
}

}  // namespace inferno::schedules
