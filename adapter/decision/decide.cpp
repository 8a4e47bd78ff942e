#include "adapter/decision/decide.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "adapter/decision/idleness.hpp"
#include "adapter/decision/role_decider.hpp"

namespace inferno {
namespace {

std::string_view role_of(const Variant& variant) {
  return variant.target ? std::string_view(variant.target->role) : "decode";
}

// One decision in the making: the inputs, and the answer as it is filled in.
class Decider {
 public:
  Decider(const ClusterState& state, const Model& model, ModelPolicy policy, ModelSignals signals, TimePoint now,
          const DecisionSettings& settings)
      : signals_(std::move(signals)), settings_(settings), now_(now) {
    decision_.model = model.key;
    decision_.policy = std::move(policy);
    for (const std::size_t index : model.variants) variants_.push_back(&state.variants()[index]);
    add_roles();
    add_variants();
    count_requests();
  }

  ModelDecision run() {
    const auto& policy = decision_.policy.scale_to_zero;
    const Idleness idleness = judge_idleness(variants_, signals_, policy.retention_period.value);
    decision_.last_activity = idleness.last_activity;
    decision_.idle_clock_start = idleness.clock_start;
    decision_.idle_clock_cause = idleness.clock_cause;

    const std::string never_zero = why_never_zero();
    std::vector<RoleDecider> roles = make_deciders();
    const bool at_zero = std::ranges::all_of(roles, [](const RoleDecider& role) { return role.current() == 0; });
    const bool wanted = wanted_from_zero(signals_, idleness.last_activity, policy.retention_period.value);
    for (RoleDecider& role : roles) {
      if (at_zero && !wanted && never_zero.empty()) {
        role.go_to_zero("at zero, and no request asks for it");
      } else if (at_zero && !wanted) {
        role.leave_zero(Reason::minimum_replicas, "at zero, but " + never_zero);
      } else if (!at_zero && never_zero.empty() && idleness.proven) {
        role.go_to_zero(idleness.why);
      } else if (role.current() == 0 && (wanted || in_use(signals_))) {
        role.leave_zero(Reason::wake_up, why_wanted(std::max(role.in_flight(), signals_.wake_queue)));
      } else if (role.current() == 0) {
        role.leave_zero(Reason::minimum_replicas, "at zero, but another role of the model has replicas");
      } else {
        role.follow_load(never_zero.empty() ? idleness.why : never_zero);
      }
    }
    mark_age();
    keep_inputs();
    return std::move(decision_);
  }

 private:
  [[nodiscard]] std::string why_wanted(double in_flight) const {
    if (signals_.wake_refused && !(in_flight > 0))
      return "at zero, and requests for it were refused for lack of replicas";
    return fmt::format("at zero, and requests wait for it ({:.0f} in flight)", in_flight);
  }

  void add_roles() {
    for (const Variant* variant : variants_) {
      const auto at = std::ranges::lower_bound(decision_.roles, role_of(*variant), {}, &RoleDecision::role);
      if (at != decision_.roles.end() && at->role == role_of(*variant)) continue;
      decision_.roles.emplace(at)->role = role_of(*variant);
    }
  }

  void add_variants() {
    for (const Variant* variant : variants_) {
      const auto& target = variant->target;
      const auto role = std::ranges::lower_bound(decision_.roles, role_of(*variant), {}, &RoleDecision::role);
      const auto bound = variant->upper_bound();
      const std::int32_t least = target ? variant->min_replicas.value_or(0) : 0;
      decision_.variants.push_back({.name = variant->name,
                                    .current = target ? target->spec_replicas : 0,
                                    .ready = target ? target->ready_replicas : 0,
                                    .desired = 0,
                                    .capacity = 1,
                                    .cost = variant->cost,
                                    .min_replicas = bound ? std::min(least, bound->replicas) : least,
                                    .max_replicas = bound ? std::optional(bound->replicas) : std::nullopt,
                                    .max_replicas_of = bound ? bound->of : std::string{},
                                    .held_up = false,
                                    .limited = false,
                                    .has_target = target.has_value(),
                                    .role = static_cast<std::size_t>(role - decision_.roles.begin())});
    }
  }

  // Empty: the model may go to zero.
  [[nodiscard]] std::string why_never_zero() const {
    if (!decision_.policy.scale_to_zero.enabled.value) return "scale-to-zero is disabled for this model";
    const auto kept =
        std::ranges::find_if(decision_.variants, [](const VariantDecision& each) { return each.min_replicas > 0; });
    if (kept == decision_.variants.end()) return {};
    return fmt::format("minReplicas of VariantAutoscaling {} is {}", kept->name, kept->min_replicas);
  }

  // A request that is prefilled and decoded counts in both; where it is decoded it is finished.
  void count_requests() {
    const bool any_finishes =
        std::ranges::any_of(decision_.roles, [](const RoleDecision& role) { return !hands_over(role.role); });
    for (std::size_t i = 0; i < variants_.size(); ++i) {
      if (any_finishes && hands_over(role_of(*variants_[i]))) continue;
      decision_.request_count += signals_.targets[i].evidence.request_count;
    }
  }

  std::vector<RoleDecider> make_deciders() {
    std::vector<RoleDecider> deciders;
    deciders.reserve(decision_.roles.size());
    for (std::size_t role = 0; role < decision_.roles.size(); ++role) {
      std::vector<RoleMember> members;
      for (std::size_t i = 0; i < variants_.size(); ++i) {
        if (decision_.variants[i].role != role) continue;
        members.push_back(
            {.variant = variants_[i], .signals = &signals_.targets[i], .decision = &decision_.variants[i]});
      }
      deciders.emplace_back(signals_, decision_.policy, settings_, std::move(members), decision_.roles[role]);
    }
    return deciders;
  }

  // The moment that the decision tells about. A wake-up for requests that were just seen waiting, or being refused, is
  // as new as they are, however old the samples.
  [[nodiscard]] TimePoint evidence_as_of() const {
    const bool wakes =
        std::ranges::all_of(decision_.roles, [](const RoleDecision& role) { return role.reason == Reason::wake_up; });
    const bool is_seen = signals_.wake_queue > 0 || signals_.wake_refused;
    if (!wakes || !is_seen || !signals_.wake_as_of) return signals_.as_of;
    return std::max(signals_.as_of, *signals_.wake_as_of);
  }

  // Old signals give the answer they gave when they were new (their own time is the decision's time), marked.
  void mark_age() {
    if (signals_.empty()) return;
    const TimePoint stale_at = evidence_as_of() + settings_.stale_after;
    if (now_ < stale_at) {
      decision_.valid_until = stale_at;
      return;
    }
    for (RoleDecision& role : decision_.roles) {
      role.explanation = fmt::format("signals are {:.0f} s old{}; last good decision: {} ({})",
                                     std::chrono::duration<double>(now_ - signals_.as_of).count(),
                                     signals_.failure.empty() ? std::string() : " (" + signals_.failure + ")",
                                     role.explanation, to_string(role.reason));
      role.reason = Reason::stale;
    }
  }

  // The last thing: takes the inputs away.
  void keep_inputs() {
    const auto keep_newest = [](std::vector<GridSample>& samples) {
      if (!samples.empty()) samples.erase(samples.begin(), samples.end() - 1);
    };
    if (!signals_.empty())
      decision_.newest_sample = std::max(signals_.as_of, signals_.wake_as_of.value_or(signals_.as_of));
    keep_newest(signals_.gateway);
    for (TargetSignals& target : signals_.targets) keep_newest(target.samples);
    decision_.signals = std::move(signals_);
  }

  ModelSignals signals_;
  const DecisionSettings& settings_;
  TimePoint now_;
  std::vector<const Variant*> variants_;
  ModelDecision decision_;
};

}  // namespace

ModelDecision decide(const ClusterState& state, const Model& model, ModelPolicy policy, ModelSignals signals,
                     TimePoint now, const DecisionSettings& settings) {
  return Decider(state, model, std::move(policy), std::move(signals), now, settings).run();
}

ModelDecision decide(const ClusterState& state, const Model& model, ModelSignals signals, TimePoint now,
                     const DecisionSettings& settings) {
  return decide(state, model, state.policies().resolve(model.key), std::move(signals), now, settings);
}

}  // namespace inferno
