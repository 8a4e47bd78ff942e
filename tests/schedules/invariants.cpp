#include "tests/schedules/invariants.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

namespace inferno::schedules {
namespace {

// Of all schedules.
constexpr Duration longest_retention = std::chrono::minutes{15};

std::string ago(TimePoint now, TimePoint time) {
  return fmt::format("{} s ago", (now - time).count() / 1000);
}

TimePoint last_good(const Pod& pod) {
  for (auto scrape = pod.scrapes.rbegin(); scrape != pod.scrapes.rend(); ++scrape) {
    if (scrape->good) return scrape->time;
  }
  return pod.ready_at;
}

std::string describe(const ModelTruth& model) {
  return model.namespace_name + "/" + model.model_id;
}

}  // namespace

void Invariants::fail(TimePoint now, std::string what) {
  if (!violation_) violation_ = Violation{.time = now, .what = std::move(what)};
}

const ModelTruth* Invariants::truth_of(const ModelKey& key) const {
  const auto found = std::ranges::find_if(fleet_.models, [&](const ModelTruth& model) {
    return model.namespace_name == key.namespace_name && model.model_id == key.model_id;
  });
  return found == fleet_.models.end() ? nullptr : &*found;
}

void Invariants::see(const Replica& replica, const DecisionBoard& board, TimePoint now, const Calm& calm) {
  for (const Model& model : board.state().models()) judge(replica, board, model, now, calm);
}

void Invariants::judge(const Replica& replica, const DecisionBoard& board, const Model& model, TimePoint now,
                       const Calm& calm) {
  const ModelTruth& truth = *truth_of(model.key);
  const bool was_kept = !violation_;
  const auto explain = [&] {
    if (!was_kept || !violation_) return;
    const ModelDecision decision = board.explain(model, now, replica.settings());
    violation_->what += fmt::format(" [{}: {}]", to_string(decision.reason), decision.explanation);
  };
  Sums sums;
  for (const std::size_t index : model.variants) {
    sums.current += board.answers()[index].current;
    sums.desired += board.answers()[index].desired;
  }
  // Where what was answered a moment ago has been done already, the replica will learn of it.
  const bool done =
      std::ranges::all_of(truth.variants, [](const VariantTruth& variant) { return variant.spec_replicas == 0; });
  if (sums.current > 0 && sums.desired == 0 && !done) {
    if (!board.signals_as_of()) return fail(now, describe(truth) + ": zero without any signals");
    require_reason_for_zero(replica, truth, *board.signals_as_of(), now);
  }
  if (!board.signals_as_of()) return;
  const TimePoint as_of = *board.signals_as_of();
  if (sums.current > 0 && sums.desired > 0) require_zero_when_idle(replica, truth, as_of, now, calm);
  if (sums.current == 0 && sums.desired == 0) require_waking(replica, truth, as_of, now, calm);
  explain();
}

// Never zero with activity inside the retention period that Prometheus could tell of.
void Invariants::require_reason_for_zero(const Replica& replica, const ModelTruth& truth, TimePoint as_of,
                                         TimePoint now) {
  const Policy policy = replica.cluster().policy().resolve(truth.namespace_name, truth.model_id);
  if (!policy.enabled) return fail(now, describe(truth) + ": zero, but scale-to-zero is disabled");
  // Nor without proof that Prometheus sees the model up to now, least of all a replica that is in use.
  const Duration proof = 3 * settings_.signals.flow_interval + settings_.signals.history_delay();
  if (as_of - truth.last_good_scrape > proof) {
    return fail(now, fmt::format("{}: {} answers zero though the model was last scraped {}", describe(truth),
                                 replica.name(), ago(as_of, truth.last_good_scrape)));
  }
  for (const Pod& pod : truth.pods) {
    if (!pod.in_use() || as_of - last_good(pod) <= proof) continue;
    return fail(now, fmt::format("{}: {} answers zero though {} is in use, last scraped {}", describe(truth),
                                 replica.name(), pod.name, ago(as_of, last_good(pod))));
  }
  for (auto witness = truth.witnesses.rbegin(); witness != truth.witnesses.rend(); ++witness) {
    if (witness->used <= as_of - policy.retention) break;
    // What a scrape shows late, or only by a counter that is new, is seen on the coarser grid.
    const bool at_once = witness->visible == witness->seen && !truth.counters_appear_late;
    const Duration coarser = settings_.signals.flow_interval + settings_.signals.history_delay();
    const bool told = witness->visible + (at_once ? Duration{0} : coarser) <= as_of;
    if (!told) continue;
    return fail(now, fmt::format("{}: {} answers zero though it was used {} (scraped {}, visible {}); retention {} s",
                                 describe(truth), replica.name(), ago(as_of, witness->used), ago(as_of, witness->seen),
                                 ago(as_of, witness->visible), policy.retention.count() / 1000));
  }
}

// Zero within the retention period and one freshness window after true idleness, when the data is good.
void Invariants::require_zero_when_idle(const Replica& replica, const ModelTruth& truth, TimePoint as_of, TimePoint now,
                                        const Calm& calm) {
  const Policy policy = replica.cluster().policy().resolve(truth.namespace_name, truth.model_id);
  if (!policy.enabled) return;
  const signals::SignalOptions& signals = settings_.signals;
  // What a scrape, its timeout and the two grids may add to the moment of an event.
  const Duration granularity = scrape_interval_ + signals.history_delay() + signals.flow_interval + signals.step;
  if (as_of - std::max({truth.disturbed, calm.whole, calm.cluster}) < policy.retention + granularity) return;
  if (!std::ranges::all_of(truth.variants, &VariantTruth::available)) return;  // still loading
  // Two intervals for who has just started, or has just got Prometheus back.
  if (replica.reads_since() > as_of) return;
  const TimePoint calm_since = std::max({calm.queries, calm.cluster, replica.reads_since()});
  if (as_of - calm_since < 2 * signals.flow_interval + granularity) return;
  fail(now, fmt::format("{}: {} does not answer zero, though nothing has happened since {} ({}); retention {} s",
                        describe(truth), replica.name(), ago(as_of, truth.disturbed), truth.disturbed_by,
                        policy.retention.count() / 1000));
}

// At zero, a request that is seen waiting at the gateway brings a replica; so does a policy that forbids zero.
void Invariants::require_waking(const Replica& replica, const ModelTruth& truth, TimePoint as_of, TimePoint now,
                                const Calm& calm) {
  const Policy policy = replica.cluster().policy().resolve(truth.namespace_name, truth.model_id);
  if (!policy.enabled) return fail(now, describe(truth) + ": stays at zero, though scale-to-zero is disabled");
  const GatewayScrape* newest = nullptr;
  for (const GatewayScrape& scrape : truth.gateway_scrapes) {
    if (scrape.visible <= as_of) newest = &scrape;
  }
  if (newest == nullptr || !newest->good || newest->queue <= 0 || calm.queries >= as_of) return;
  if (as_of - newest->time >= std::chrono::minutes{5}) return;  // Prometheus' lookback
  fail(now, fmt::format("{}: {} stays at zero, though a request waits at the gateway (scraped {})", describe(truth),
                        replica.name(), ago(as_of, newest->time)));
}

void Invariants::see(const Replica& replica, const Answer& answer, TimePoint now, const Calm& calm) {
  const auto last = replica.last_answer();
  // The steps of an answer are older than the answer itself.
  const Duration allowed = settings_.provider.max_stale;
  if (answer.replicas && (!last || now - *last > allowed)) {
    return fail(now, fmt::format("{} answers {}, though Prometheus last answered {}", replica.name(), *answer.replicas,
                                 last ? ago(now, *last) : std::string("never")));
  }
  const TimePoint calm_since = std::max({calm.queries, calm.cluster, replica.started()});
  if (!answer.replicas && now - calm_since > std::chrono::minutes{2}) {
    fail(now, replica.name() + " answers an error, though all is well: " + answer.error);
  }
}

ModelDecision Invariants::explain(const Replica& replica, const DecisionBoard& board, std::size_t variant,
                                  TimePoint now) {
  return board.explain(board.state().models()[*board.state().model_of(variant)], now, replica.settings());
}

// Replicas of the adapter that see the same answer the same.
void Invariants::compare(const Replica& one, const Replica& other, TimePoint now, const Calm& calm) {
  const auto first = one.board();
  const auto second = other.board();
  if (!first || !second || !first->signals_as_of() || first->signals_as_of() != second->signals_as_of()) return;
  const TimePoint as_of = *first->signals_as_of();
  const Duration settled = 2 * settings_.signals.flow_interval + settings_.signals.history;
  if (as_of - std::max({calm.queries, calm.cluster, one.started(), other.started()}) < settled) return;
  // The newest samples are taken as they are; who asked later saw what became visible late.
  if (as_of - calm.visibility < settled) return;
  // What a partial answer held back from one of them is a hole in its evidence only.
  if (as_of - calm.whole < longest_retention + settled) return;
  for (std::size_t i = 0; i < first->answers().size() && i < second->answers().size(); ++i) {
    if (first->answers()[i].desired == second->answers()[i].desired) continue;
    const Variant& variant = first->state().variants()[i];
    // A hole in the scrape that has become older than the longest retention period is bridged by who was there.
    const ModelTruth* truth = truth_of({.namespace_name = variant.namespace_name, .model_id = variant.model_id});
    if (as_of - truth->hole_ended < longest_retention + settled) continue;
    const ModelDecision decision = explain(one, *first, i, now);
    const ModelDecision other_decision = explain(other, *second, i, now);
    // The fast query of who waits has a pace of its own in each replica.
    if (decision.signals.wake_as_of != other_decision.signals.wake_as_of) continue;
    fail(now, fmt::format("{}/{}: {} answers {}, {} answers {}", variant.namespace_name, variant.name, one.name(),
                          first->answers()[i].desired, other.name(), second->answers()[i].desired));
  }
}

}  // namespace inferno::schedules
