#include "tests/schedules/proof.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <ranges>

namespace inferno::schedules {
namespace {

std::string ago(const Moment& moment, TimePoint time) {
  return fmt::format("{} s ago", (moment.as_of - time).count() / 1000);
}

// Pods of a group can stand for each other where names tell no more than the group: what one of them was is then known
// for as long as the history reaches back.
bool stands_for_others(const WorkloadTruth& workload) {
  return workload.kind == Kind::leader_worker_set && workload.group_size > 1 && !workload.only_leaders_report;
}

// History is read up to an interval and a scrape's timeout late, and then covers the interval before.
Duration longest_lag(const signals::SignalOptions& options) {
  return 3 * options.flow_interval + options.history_delay();
}

// The pods of its owner told nothing for long before the interval of that scrape.
bool ends_gap_of_all(const ModelTruth& model, const Pod& pod, const Told& told, const signals::SignalOptions& options) {
  return std::ranges::none_of(model.pods, [&](const Pod& other) {
    return other.owner == pod.owner && std::ranges::any_of(other.told, [&](const Told& before) {
             const Duration ago = told.time - before.time;
             return ago >= options.flow_interval && ago < options.gap_tolerance;
           });
  });
}

std::optional<std::string> find_missing_proof(const ModelTruth& model, const Pod& pod, const Moment& moment,
                                              const signals::SignalOptions& options) {
  const WorkloadTruth& workload = model.workloads[pod.workload];
  const auto after = std::ranges::upper_bound(pod.told, moment.as_of, {}, &Told::time);
  if (after == pod.told.begin()) {
    if (stands_for_others(workload)) return std::nullopt;
    return pod.name + " is ready, but has never told how many requests it runs";
  }
  auto told = after - 1;
  if (moment.as_of - told->time > longest_lag(options)) {
    if (stands_for_others(workload) && moment.as_of - told->time >= moment.retention) return std::nullopt;
    return fmt::format("{} is ready, but last told {} how many requests it runs{}", pod.name, ago(moment, told->time),
                       pod.in_use() ? "; it is in use" : "");
  }
  const Duration longest_gap = options.gap_tolerance + options.flow_interval;
  for (; told->time > moment.as_of - moment.retention; --told) {
    if (told == pod.told.begin()) {
      // One that comes after a gap of all others, and has finished nothing yet, changes no counter.
      const bool is_bridged = model.counters_appear_late && told->finished == std::array<double, 2>{} &&
                              ends_gap_of_all(model, pod, *told, options);
      if (is_bridged) return std::nullopt;
      return fmt::format("{} has told how many requests it runs only since {}", pod.name, ago(moment, told->time));
    }
    const Told& before = *(told - 1);
    if (told->time - before.time <= longest_gap || told->finished == before.finished) continue;
    const bool is_back_lately = moment.as_of - told->time < longest_lag(options);
    if (stands_for_others(workload) && is_back_lately && moment.as_of - before.time >= moment.retention)
      return std::nullopt;
    return fmt::format("{} told nothing from {} to {}, and requests finished meanwhile", pod.name,
                       ago(moment, before.time), ago(moment, told->time));
  }
  return std::nullopt;
}

bool has(std::span<const std::size_t> targets, std::size_t workload) {
  return std::ranges::find(targets, workload) != targets.end();
}

}  // namespace

std::optional<std::string> find_missing_proof(const ModelTruth& model, std::span<const std::size_t> targets,
                                              const Moment& moment, const signals::SignalOptions& options) {
  for (const Pod& pod : model.pods) {
    if (!pod.serves || !pod.ready(moment.cluster_seen_at) || !has(targets, pod.workload)) continue;
    // It has taken over from another one, of which the same is required, or from none.
    if (moment.as_of - pod.ready_at < longest_lag(options)) continue;
    if (auto missing = find_missing_proof(model, pod, moment, options)) return missing;
  }
  return std::nullopt;
}

std::optional<std::string> find_use(const ModelTruth& model, std::span<const std::size_t> targets, const Moment& moment,
                                    const signals::SignalOptions& options) {
  const TimePoint begin = moment.as_of - moment.retention;
  for (const Witness& witness : model.witnesses | std::views::reverse) {
    if (witness.seen <= begin) break;
    if (witness.used <= begin || (!witness.pod.empty() && !has(targets, witness.workload))) continue;
    // What the next sample doesn't show, or shows late, is in the history of use.
    const bool at_once = witness.at_once && witness.visible == witness.seen;
    const Duration later = at_once ? Duration{0} : options.flow_interval + options.history_delay();
    if (witness.visible + later > moment.as_of) continue;
    return fmt::format("it was used {} (scraped {}, visible {}; {})", ago(moment, witness.used),
                       ago(moment, witness.seen), ago(moment, witness.visible),
                       witness.pod.empty() ? "queued at the gateway" : witness.pod);
  }
  return std::nullopt;
}

std::size_t finished_requests(const ModelTruth& model, std::span<const std::size_t> targets, TimePoint begin) {
  const auto is_prefill = [&](std::size_t target) { return model.workloads[target].role == "prefill"; };
  const bool none_decodes = std::ranges::all_of(targets, is_prefill);
  std::size_t count = 0;
  for (const std::size_t target : targets) {
    if (is_prefill(target) && !none_decodes) continue;
    for (const TimePoint when : model.workloads[target].finished | std::views::reverse) {
      if (when <= begin) break;
      ++count;
    }
  }
  return count;
}

}  // namespace inferno::schedules
