#include "adapter/decision/role_decider.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <ranges>
#include <utility>

#include "adapter/decision/allocation.hpp"
#include "adapter/decision/missing_series.hpp"

namespace inferno {
namespace {

// An engine whose gauges and counters have all stood still for so long has lost its requests: some report them until
// the next one comes.
constexpr std::chrono::minutes still_period{3};

bool same(float a, float b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

double or_zero(float value) {
  return std::isnan(value) ? 0.0 : static_cast<double>(value);
}

}  // namespace

bool hands_over(std::string_view role) {
  return role == "prefill" || role == "encode" || role == "encode-prefill";
}

RoleDecider::RoleDecider(const ModelSignals& signals, const ModelPolicy& policy, const DecisionSettings& settings,
                         std::vector<RoleMember> members, RoleDecision& decision)
    : model_(signals), policy_(policy), settings_(settings), members_(std::move(members)), decision_(decision) {
  std::vector<const TargetSignals*> targets;
  std::vector<std::optional<std::uint32_t>> max_num_seqs;
  for (const RoleMember& member : members_) {
    const auto& target = member.variant->target;
    targets.push_back(member.signals);
    max_num_seqs.push_back(target ? target->max_num_seqs : std::nullopt);
  }
  replicas_ = replica_models(targets, max_num_seqs);
  for (std::size_t i = 0; i < members_.size(); ++i) members_[i].decision->capacity = replicas_[i].capacity;
  current_ = total(&VariantDecision::current);
  ready_ = total(&VariantDecision::ready);
  if (model_.empty()) return;
  signals_ = role_signals(model_, std::move(targets), hands_over(decision.role));
  size();
}

void RoleDecider::go_to_zero(std::string why) {
  decision_.reason = Reason::idle;
  decision_.explanation = std::move(why);
}

void RoleDecider::leave_zero(Reason reason, std::string why) {
  allocate_capacity(need_now_, need_now_);
  decision_.reason = reason;
  const bool is_said = reason == Reason::minimum_replicas;
  decision_.explanation = std::move(why) + (is_said ? std::string() : explain_minimum()) + explain_limits();
}

void RoleDecider::follow_load(const std::string& why_not_zero) {
  if (model_.empty())
    return hold(Reason::metrics_missing, "Prometheus has not answered yet: the present count is held");
  const std::string missing = find_missing_series();
  const bool unsized = !need_known_ && in_flight_ > 0;
  const bool silent = !is_positive(signals_.samples.back().replicas) && in_flight_ <= 0;
  if (!missing.empty() && (silent || unsized))
    return hold(Reason::metrics_missing, missing + ": the present count is held");
  if (unsized && query_failed())
    return hold(Reason::stale, "a query failed, so the present count is held: " + model_.failure);
  if (unsized) {
    return hold(Reason::metrics_missing,
                "requests are in flight, but nothing tells how much a replica can do: the present count is held");
  }
  fit_load(why_not_zero, missing);
}

// Requests that a fresher look at the gateway found beyond the newest sample.
double RoleDecider::extra_gateway_queue() const {
  return std::max(0.0, model_.wake_queue - or_zero(model_.gateway.back().gateway_queue));
}

void RoleDecider::size() {
  const Duration cold_start = model_.cold_start.value_or(settings_.default_cold_start);
  const Sizing sizing(signals_, replicas_, policy_.saturation, cold_start + settings_.hpa_sync_period * 3 / 2);
  const std::size_t newest = signals_.samples.size() - 1;
  Need need = sizing.at(newest, extra_gateway_queue(), true);
  need_known_ = need.known;
  in_flight_ = need.in_flight;
  need_now_ = need_peak_ = need.capacity;
  decision_.terms = std::move(need.terms);

  const auto window = static_cast<std::size_t>(settings_.scale_down_window / signals_.step);
  for (std::size_t back = 1; back <= window && back <= newest; ++back) {
    const Need earlier = sizing.at(newest - back, 0, false);
    if (earlier.known) need_peak_ = std::max(need_peak_, earlier.capacity);
  }
  if (need_now_ > current_capacity() && current_ > 0 && stands_still()) {
    need_now_ = current_capacity();
    stuck_ = true;
  }
  decision_.needed_now = std::max(1, whole_replicas(need_now_));
  decision_.needed_peak = std::max(1, whole_replicas(need_peak_));
}

// Requests are said to run or to wait, but nothing that the replicas report has moved for minutes, and none comes.
bool RoleDecider::stands_still() const {
  const GridSample& newest = signals_.samples.back();
  if (!is_positive(newest.running) && !is_positive(newest.waiting)) return false;
  if (is_positive(newest.gateway_queue) || is_positive(newest.gateway_arrivals) || model_.wake_queue > 0) return false;
  Duration still = -signals_.step;  // between n samples there are n - 1 steps
  for (const GridSample& sample : signals_.samples | std::views::reverse) {
    if (std::isnan(sample.running) && std::isnan(sample.waiting)) continue;
    if (!same(sample.running, newest.running) || !same(sample.waiting, newest.waiting) || !same(sample.kv, newest.kv) ||
        !same(sample.replicas, newest.replicas) || is_positive(sample.finished_rise))
      return false;
    still += signals_.step;
    if (still >= still_period) return true;
  }
  return false;
}

void RoleDecider::allocate_capacity(double grow_to, double shrink_to) {
  std::vector<VariantDecision*> variants(members_.size());
  std::ranges::transform(members_, variants.begin(), &RoleMember::decision);
  decision_.missing_capacity = allocate(variants, {.grow_to = grow_to, .shrink_to = shrink_to});
}

void RoleDecider::hold(Reason reason, std::string why) {
  allocate_capacity(0, current_capacity());
  decision_.reason = reason;
  decision_.explanation = std::move(why) + explain_minimum() + explain_limits();
}

void RoleDecider::fit_load(const std::string& why_not_zero, const std::string& missing) {
  std::string held;
  if (ready_ == 0) {
    held = "no replica is ready yet: nothing is taken away";
  } else if (query_failed()) {
    held = "a query failed, so nothing is taken away: " + model_.failure;
  } else if (!missing.empty()) {
    held = missing + ": nothing is taken away";
  }
  const double peak = std::max(need_peak_, need_now_) + unseen_capacity();
  allocate_capacity(need_now_, held.empty() ? peak : std::max(peak, current_capacity()));

  const std::int32_t desired = total(&VariantDecision::desired);
  const std::string minimum = explain_minimum();
  // What a minimum adds is no answer to the load.
  const bool changes = std::ranges::any_of(members_, [](const RoleMember& member) {
    const VariantDecision& variant = *member.decision;
    return variant.desired < variant.current || (variant.desired > variant.current && !variant.held_up);
  });
  if (changes || decision_.missing_capacity > 0) {
    decision_.reason = Reason::saturation;
    decision_.explanation =
        desired > current_ || decision_.missing_capacity > 0
            ? fmt::format("load needs {:.2f} replicas, {} are there", need_now_, current_)
            : fmt::format("load needed {:.2f} replicas at most within the scale-down window, {} are there", need_peak_,
                          current_);
    if (!missing.empty()) decision_.explanation += "; " + missing;
  } else if (!held.empty()) {
    decision_.reason = model_.failed.any() ? Reason::stale : missing.empty() ? Reason::steady : Reason::metrics_missing;
    decision_.explanation = held;
  } else if (stuck_) {
    decision_.reason = Reason::steady;
    decision_.explanation = fmt::format(
        "gauges and counters have stood still for {} minutes while {:.0f} requests are said to run: nothing is added",
        still_period.count(), in_flight_);
  } else if (desired == 1 && in_flight_ <= 0 && need_peak_ <= 0) {
    decision_.reason = Reason::minimum_replicas;
    decision_.explanation = "no load; kept at one replica: " + why_not_zero;
  } else if (!minimum.empty()) {
    decision_.reason = Reason::minimum_replicas;
    decision_.explanation = fmt::format(
        "load needs {:.2f} replicas now and {:.2f} at most within the scale-down window", need_now_, need_peak_);
  } else {
    decision_.reason = Reason::steady;
    decision_.explanation =
        fmt::format("load needs {:.2f} replicas now and {:.2f} at most within the scale-down window; {} fit that",
                    need_now_, need_peak_, current_);
  }
  decision_.explanation += minimum + explain_limits();
}

// "; held up by minReplicas (3 of VariantAutoscaling a)"; empty where none matters.
std::string RoleDecider::explain_minimum() const {
  std::string held;
  for (const RoleMember& member : members_) {
    const VariantDecision& variant = *member.decision;
    if (variant.held_up)
      held +=
          fmt::format("{}{} of VariantAutoscaling {}", held.empty() ? "" : ", ", variant.min_replicas, variant.name);
  }
  return held.empty() ? held : "; held up by minReplicas (" + held + ")";
}

// "; capped by maxReplicas (3 of HorizontalPodAutoscaler a, 2 of VariantAutoscaling b), 1.50 replicas short"; empty
// where no bound matters.
std::string RoleDecider::explain_limits() const {
  std::string caps;
  for (const RoleMember& member : members_) {
    const VariantDecision& variant = *member.decision;
    if (variant.limited)
      caps += fmt::format("{}{} of {}", caps.empty() ? "" : ", ", *variant.max_replicas, variant.max_replicas_of);
  }
  std::string limits = caps.empty() ? "" : "; capped by maxReplicas (" + caps + ")";
  if (decision_.missing_capacity > 0) limits += fmt::format(", {:.2f} replicas short", decision_.missing_capacity);
  return limits;
}

std::int32_t RoleDecider::total(std::int32_t VariantDecision::* field) const {
  std::int32_t sum = 0;
  for (const RoleMember& member : members_) sum += member.decision->*field;
  return sum;
}

double RoleDecider::current_capacity() const {
  double capacity = 0;
  for (const RoleMember& member : members_) capacity += member.decision->current * member.decision->capacity;
  return capacity;
}

// Ready replicas that Prometheus does not see: loaded to the target for all that is known when shrinking, empty when
// growing.
double RoleDecider::unseen_capacity() const {
  double capacity = 0;
  for (const RoleMember& member : members_) {
    const double seen = or_zero(member.signals->samples.back().replicas);
    capacity += std::max(0.0, member.decision->ready - seen) * member.decision->capacity;
  }
  return capacity;
}

// The need may be higher than what is known of it.
bool RoleDecider::query_failed() const {
  constexpr Signal signals[] = {Signal::kv_usage, Signal::running, Signal::waiting,
                                Signal::finished, Signal::pods,    Signal::gateway_queue};
  return std::ranges::any_of(signals,
                             [this](Signal signal) { return model_.failed.test(static_cast<std::size_t>(signal)); });
}

// Of the first target whose pods report nothing of the model; empty where there is none.
std::string RoleDecider::find_missing_series() const {
  for (const RoleMember& member : members_) {
    const TargetReference& target = member.variant->target_reference;
    if (const auto missing = missing_series(*member.variant, model_, *member.signals))
      return fmt::format("replicas of {} {} are ready, but {}", target.kind, target.name, missing->cause);
  }
  return {};
}

}  // namespace inferno
