// A schedule in the making, and the hands that write parts of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "tests/schedules/random.hpp"
#include "tests/schedules/schedule.hpp"

namespace inferno::schedules {

struct Draft {
  explicit Draft(std::uint64_t seed) : random(seed) {}

  Random random;
  Schedule schedule;

  TimePoint any_time() { return time_between(schedule.begin, schedule.end); }
  TimePoint time_between(TimePoint from, TimePoint until) { return from + random.between(Duration{0}, until - from); }

  void add(TimePoint time, std::string text, std::function<void(Stage&)> act) {
    schedule.events.push_back({.at = time, .text = std::move(text), .act = std::move(act)});
  }

  // Something that begins at any time and is over again after a while.
  void outage(const std::string& text, Duration longest, std::function<void(Stage&)> begin,
              std::function<void(Stage&)> end) {
    const TimePoint time = any_time();
    add(time, text, std::move(begin));
    add(time + random.between(std::chrono::seconds{15}, longest), "over: " + text, std::move(end));
  }
};

// The models with their workloads and traffic, and which workloads are targets.
void choose_fleet(Draft& draft);

// An entry of the policy's ConfigMap, for all models where `model` is null.
[[nodiscard]] PolicyEntry choose_policy_entry(Random& random, const ModelTruth* model);
// What the operator does: edits, deletions, scaling, rollouts.
void add_operator(Draft& draft);

// What fails: queries, Prometheus, scrapes, pods that show something else than they should.
void add_faults(Draft& draft);

}  // namespace inferno::schedules
