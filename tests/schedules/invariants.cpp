#include "tests/schedules/invariants.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <utility>

#include "tests/schedules/scrape_view.hpp"

namespace inferno::schedules {
namespace {

// Of all schedules.
constexpr Duration longest_retention = std::chrono::minutes{15};

std::string ago(TimePoint now, TimePoint time) {
  return fmt::format("{} s ago", (now - time).count() / 1000);
}

std::string describe(const ModelDecision& decision) {
  std::string text;
  for (const RoleDecision& role : decision.roles)
    text += fmt::format(" [{}: {}: {}]", role.role, to_string(role.reason), role.explanation);
  for (const VariantDecision& variant : decision.variants)
    text += fmt::format(" {} {} -> {} ({:.2f})", variant.name, variant.current, variant.desired, variant.capacity);
  return text;
}

std::size_t workload_named(const ModelTruth& truth, const std::string& name) {
  const auto found = std::ranges::find(truth.workloads, name, &WorkloadTruth::name);
  return static_cast<std::size_t>(found - truth.workloads.begin());
}

// The newest thing that concerns the model or one of its targets.
const Disturbance& newest_disturbance(const ModelTruth& truth, const std::vector<std::size_t>& targets) {
  const Disturbance* newest = &truth.disturbance;
  for (const std::size_t target : targets) {
    const Disturbance& other = truth.workloads[target].disturbance;
    if (other.at > newest->at) newest = &other;
  }
  return *newest;
}

}  // namespace

void Invariants::fail(TimePoint now, std::string what) {
  if (!violation_) violation_ = Violation{.time = now, .what = std::move(what)};
}

void Invariants::fail(const Case& one, const std::string& what) {
  if (violation_) return;
  fail(one.now, one.name() + ": " + one.replica.name() + " " + what +
                    describe(one.board.explain(one.model, one.now, one.replica.settings())));
}

const ModelTruth& Invariants::truth_of(const ModelKey& key) const {
  return *std::ranges::find_if(fleet_.models, [&](const ModelTruth& model) {
    return model.namespace_name == key.namespace_name && model.model_id == key.model_id;
  });
}

void Invariants::see(const Replica& replica, const DecisionBoard& board, TimePoint now, const Calm& calm) {
  for (const Model& model : board.state().models()) judge(make_case(replica, board, model, now, calm));
}

Invariants::Case Invariants::make_case(const Replica& replica, const DecisionBoard& board, const Model& model,
                                       TimePoint now, const Calm& calm) {
  const ModelTruth& truth = truth_of(model.key);
  Case one{.replica = replica,
           .board = board,
           .model = model,
           .truth = truth,
           .now = now,
           .calm = calm,
           .policy = replica.cluster().policy().resolve(truth.namespace_name, truth.model_id),
           .targets = {},
           .at_zero_since = {}};
  for (const std::size_t variant : model.variants) {
    one.targets.push_back(workload_named(truth, board.state().variants()[variant].name));
    one.current += board.answers()[variant].current;
    one.desired += board.answers()[variant].desired;
  }
  if (one.current == 0) {
    one.at_zero_since = at_zero_since_.try_emplace({&replica, &truth}, now).first->second;
  } else {
    at_zero_since_.erase({&replica, &truth});
  }
  return one;
}

void Invariants::judge(const Case& one) {
  // Where what was answered a moment ago has been done already, the replica will learn of it.
  const bool done = std::ranges::all_of(
      one.targets, [&](std::size_t target) { return one.truth.workloads[target].spec_replicas == 0; });
  if (one.current > 0 && one.desired == 0 && !done) require_reason_for_zero(one);
  require_all_roles(one);
  if (!one.board.signals_as_of()) return;
  if (one.current > 0 && one.desired > 0) require_zero_when_idle(one);
  if (one.current == 0 && one.desired == 0) require_waking(one);
  require_holding(one);
  require_true_count(one);
}

// Never zero without proof that the model was idle, least of all with activity that Prometheus could tell of.
void Invariants::require_reason_for_zero(const Case& one) {
  if (!one.board.signals_as_of()) return fail(one, "answers zero without any signals");
  if (!one.policy.enabled) return fail(one, "answers zero, but scale-to-zero is disabled");
  const Moment moment{
      .as_of = one.as_of(), .cluster_seen_at = one.replica.cluster().seen_at(), .retention = one.policy.retention};
  const std::string period = fmt::format("; retention {} s", one.policy.retention.count() / 1000);
  if (const auto use = find_use(one.truth, one.targets, moment, settings_.signals))
    return fail(one, "answers zero though " + *use + period);
  std::vector<std::size_t> with_replicas;
  for (std::size_t i = 0; i < one.targets.size(); ++i) {
    const std::size_t variant = one.model.variants[i];
    if (one.board.answers()[variant].current > 0) with_replicas.push_back(one.targets[i]);
    const TimePoint created = one.board.state().variants()[variant].created;
    if (moment.as_of - created < moment.retention)
      return fail(one, "answers zero though its VariantAutoscaling was created " + ago(moment.as_of, created) + period);
  }
  if (const auto missing = find_missing_proof(one.truth, with_replicas, moment, settings_.signals))
    fail(one, "answers zero without proof: " + *missing + period);
}

// Zero within the retention period and one freshness window after true idleness, when the data is good.
void Invariants::require_zero_when_idle(const Case& one) {
  if (!one.policy.enabled || traits_.withholds > Duration::zero()) return;
  const signals::SignalOptions& signals = settings_.signals;
  const TimePoint as_of = one.as_of();
  // What a scrape, its timeout and the grids may add. Pods that are gone may be missed until the tolerance is over.
  const Duration granularity = scrape_interval_ + signals.history_delay() + 2 * signals.flow_interval + signals.step;
  const Disturbance& disturbance = newest_disturbance(one.truth, one.targets);
  const Duration period = std::max(one.policy.retention, signals.gap_tolerance);
  if (as_of - std::max(disturbance.at, one.calm.cluster) < period + granularity) return;
  for (const std::size_t target : one.targets) {
    if (!one.truth.workloads[target].available) return;  // still loading
  }
  // Two intervals for who has just started, or has just got Prometheus back.
  if (one.replica.reads_since() > as_of) return;
  const TimePoint calm_since = std::max({one.calm.queries, one.calm.cluster, one.replica.reads_since()});
  if (as_of - calm_since < 2 * signals.flow_interval + granularity) return;
  fail(one, fmt::format("does not answer zero, though nothing has happened since {} ({}); retention {} s",
                        ago(as_of, disturbance.at), disturbance.by, one.policy.retention.count() / 1000));
}

std::optional<TimePoint> Invariants::find_refusal(const Case& one) const {
  const auto asked = one.board.explain(one.model, one.now, one.replica.settings()).signals.wake_as_of;
  // What was asked before the model went to zero tells nothing of it.
  if (!asked || *asked - *one.at_zero_since < std::chrono::seconds{5}) return std::nullopt;
  const TimePoint window = *asked - settings_.signals.wake_window;
  const Duration step = settings_.signals.step;  // a backend may answer for as much earlier
  const GatewayScrape* before = nullptr;
  const GatewayScrape* newest = nullptr;
  bool is_compared = false;
  for (const GatewayScrape& scrape : one.truth.gateway_scrapes) {
    if (scrape.visible > *asked - step) break;
    if (scrape.time <= window - settings_.signals.gap_tolerance) continue;
    if (!scrape.good) return std::nullopt;
    if (scrape.time <= window) before = &scrape;
    is_compared |= scrape.time <= window - step;
    newest = &scrape;
  }
  if (!is_compared || newest == before || newest->refused <= std::max(before->refused, 0.0)) return std::nullopt;
  return newest->time;
}

// At zero, a request that is seen waiting at the gateway, or being refused there, brings a replica; so does a policy
// that forbids zero.
void Invariants::require_waking(const Case& one) {
  if (!one.policy.enabled) return fail(one, "stays at zero, though scale-to-zero is disabled");
  const TimePoint as_of = one.as_of();
  const GatewayScrape* newest = nullptr;
  for (const GatewayScrape& scrape : one.truth.gateway_scrapes) {
    if (scrape.visible <= as_of) newest = &scrape;
  }
  if (one.calm.queries >= as_of || traits_.withholds > Duration::zero()) return;
  const bool waits = newest != nullptr && newest->good && newest->queue > 0 && as_of - newest->time < lookback;
  if (waits)
    fail(one, "stays at zero, though a request waits at the gateway (scraped " + ago(as_of, newest->time) + ")");
  if (const auto refused = find_refusal(one))
    fail(one, "stays at zero, though a request was refused at the gateway (scraped " + ago(as_of, *refused) + ")");
}

// A model is up in all of its roles, or in none.
void Invariants::require_all_roles(const Case& one) {
  if (one.desired == 0) return;
  std::map<std::string, std::int32_t> desired;
  for (std::size_t i = 0; i < one.targets.size(); ++i)
    desired[one.truth.workloads[one.targets[i]].role] += one.board.answers()[one.model.variants[i]].desired;
  for (const auto& [role, replicas] : desired) {
    if (replicas == 0) return fail(one, "wants no replica of role " + role + ", but some of another");
  }
}

// Where ready replicas tell nothing and nobody comes, the count stays as it is, and the answer says so.
void Invariants::require_holding(const Case& one) {
  const TimePoint as_of = one.as_of();
  const signals::SignalOptions& signals = settings_.signals;
  const Duration forgotten = lookback + 2 * signals.flow_interval + signals.step;
  if (as_of - std::max({one.truth.disturbance.at, one.calm.cluster, one.replica.started()}) < forgotten) return;
  for (std::size_t i = 0; i < one.targets.size(); ++i) {
    const WorkloadTruth& workload = one.truth.workloads[one.targets[i]];
    const VariantAnswer& answer = one.board.answers()[one.model.variants[i]];
    std::size_t silent = 0;
    for (const Pod& pod : one.truth.pods) {
      if (pod.workload != one.targets[i] || !pod.serves) continue;
      const bool tells = !pod.told.empty() && as_of - pod.told.back().time < forgotten;
      if (tells || workload.exposure == Exposure::without_running) return;
      if (pod.ready(as_of - forgotten)) ++silent;
    }
    if (silent == 0) return;
    const bool says_so = answer.reason == Reason::metrics_missing || answer.reason == Reason::stale;
    if (answer.desired == answer.current && says_so) continue;
    return fail(one, fmt::format("answers {} of {} for {} though its pods tell nothing", answer.desired, answer.current,
                                 workload.name));
  }
}

// No more requests are counted than have finished: each once, and only those of the model's own targets.
void Invariants::require_true_count(const Case& one) {
  const TimePoint calm_since = std::max({one.calm.queries, one.calm.cluster, one.replica.reads_since()});
  if (one.replica.reads_since() > one.as_of() || one.as_of() - calm_since < settings_.signals.history) return;
  // A request is seen by a scrape, which is compared with one that may be as old as the gap tolerance; buckets of the
  // count grow with their age.
  const signals::SignalOptions& signals = settings_.signals;
  const TimePoint begin = one.as_of() - one.policy.retention - signals.gap_tolerance - 5 * signals.flow_interval -
                          signals.history_delay() - scrape_interval_;
  const std::size_t finished = finished_requests(one.truth, one.targets, begin);
  const double counted = one.board.answers()[one.model.variants.front()].request_count;
  if (counted <= static_cast<double>(finished)) return;
  fail(one, fmt::format("counts {:.0f} requests, but {} have finished since {}; retention {} s", counted, finished,
                        ago(one.as_of(), begin), one.policy.retention.count() / 1000));
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

// Replicas of the adapter that see the same answer the same.
void Invariants::compare(const Replica& one, const Replica& other, TimePoint now, const Calm& calm) {
  const auto first = one.board();
  const auto second = other.board();
  if (!first || !second || !first->signals_as_of() || first->signals_as_of() != second->signals_as_of()) return;
  const TimePoint as_of = *first->signals_as_of();
  const Duration settled = 2 * settings_.signals.flow_interval + settings_.signals.history;
  if (as_of - std::max({calm.queries, calm.cluster, one.started(), other.started()}) < settled) return;
  // The newest samples are taken as they are; who asked later saw what became visible late.
  if (as_of - calm.visibility < settled || traits_.withholds > Duration::zero()) return;
  for (std::size_t i = 0; i < first->answers().size() && i < second->answers().size(); ++i) {
    if (first->answers()[i].desired == second->answers()[i].desired) continue;
    const Variant& variant = first->state().variants()[i];
    const Model& model = first->state().models()[*first->state().model_of(i)];
    const ModelTruth& truth = truth_of(model.key);
    // A gap that has become older than the longest retention period is bridged by who was there.
    const bool bridged = std::ranges::any_of(truth.workloads, [&](const WorkloadTruth& workload) {
      return as_of - workload.gap_ended < longest_retention + settled;
    });
    // Who refreshed before a second variant came knows one step later what their replicas hold.
    if (bridged || as_of <= truth.targets_changed + settings_.signals.step) continue;
    const ModelDecision decision = first->explain(model, now, one.settings());
    const ModelDecision other_decision =
        second->explain(second->state().models()[*second->state().model_of(i)], now, other.settings());
    // The fast query of who waits has a pace of its own in each replica.
    if (decision.signals.wake_as_of != other_decision.signals.wake_as_of) continue;
    fail(now, fmt::format("{}/{}: {} answers {}, {} answers {}{}{}", variant.namespace_name, variant.name, one.name(),
                          first->answers()[i].desired, other.name(), second->answers()[i].desired, describe(decision),
                          describe(other_decision)));
  }
}

}  // namespace inferno::schedules
