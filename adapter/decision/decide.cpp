#include "adapter/decision/decide.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "adapter/decision/allocation.hpp"
#include "adapter/decision/idleness.hpp"
#include "adapter/decision/sizing.hpp"

namespace inferno {
namespace {

// One decision in the making: the inputs, and the answer as it is filled in.
class Decider {
 public:
  Decider(const ClusterState& state, const Model& model, ModelPolicy policy, ModelSignals signals, TimePoint now,
          const DecisionSettings& settings)
      : signals_(std::move(signals)), settings_(settings), now_(now) {
    decision_.model = model.key;
    decision_.policy = std::move(policy);
    std::vector<std::optional<std::uint32_t>> max_num_seqs;
    for (const std::size_t index : model.variants) {
      const Variant& variant = state.variants()[index];
      variants_.push_back(&variant);
      max_num_seqs.push_back(variant.target ? variant.target->max_num_seqs : std::nullopt);
    }
    replicas_ = replica_models(signals_, max_num_seqs);
    for (std::size_t i = 0; i < variants_.size(); ++i) {
      const auto& target = variants_[i]->target;
      decision_.variants.push_back({.name = variants_[i]->name,
                                    .current = target ? target->spec_replicas : 0,
                                    .ready = target ? target->ready_replicas : 0,
                                    .desired = 0,
                                    .capacity = replicas_[i].capacity,
                                    .cost = variants_[i]->cost,
                                    .max_replicas = target ? target->max_replicas() : std::nullopt,
                                    .limited = false});
    }
    current_ = total(&VariantDecision::current);
    ready_ = total(&VariantDecision::ready);
  }

  ModelDecision run() {
    size();
    const bool at_zero = current_ == 0;
    const bool may_be_zero = decision_.policy.scale_to_zero.enabled.value;
    const Idleness idleness =
        judge_idleness(variants_, signals_, decision_.policy.scale_to_zero.retention_period.value, settings_);
    decision_.idle_clock_start = idleness.clock_start;
    decision_.idle_clock_cause = idleness.clock_cause;

    if (at_zero && wanted_from_zero(signals_, decision_.policy.scale_to_zero.retention_period.value)) {
      wake();
    } else if (at_zero && may_be_zero) {
      answer_zero("at zero, and nobody asks for it");
    } else if (at_zero) {
      from_zero_to_minimum();
    } else if (may_be_zero && idleness.proven) {
      answer_zero(idleness.why);
    } else {
      run_for_load(may_be_zero ? idleness.why : "scale-to-zero is disabled for this model");
    }
    mark_age();
    keep_inputs();
    return std::move(decision_);
  }

 private:
  [[nodiscard]] std::int32_t total(std::int32_t VariantDecision::* member) const {
    return std::accumulate(
        decision_.variants.begin(), decision_.variants.end(), 0,
        [member](std::int32_t sum, const VariantDecision& variant) { return sum + variant.*member; });
  }

  [[nodiscard]] bool failed(Signal signal) const { return signals_.failed.test(static_cast<std::size_t>(signal)); }

  // Requests the fast wake query saw beyond the newest grid sample.
  [[nodiscard]] double extra_gateway_queue() const {
    if (signals_.samples.empty()) return signals_.wake_queue;
    const float queue = signals_.samples.back().gateway_queue;
    return std::max(0.0, signals_.wake_queue - (std::isnan(queue) ? 0.0 : static_cast<double>(queue)));
  }

  void size() {
    if (signals_.samples.empty()) return;
    const Duration cold_start = signals_.cold_start.value_or(settings_.default_cold_start);
    const Sizing sizing(signals_, replicas_, decision_.policy.saturation,
                        cold_start + settings_.hpa_sync_period * 3 / 2);
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
    decision_.needed_now = std::max(1, whole_replicas(need_now_));
    decision_.needed_peak = std::max(1, whole_replicas(need_peak_));
  }

  void allocate_capacity(double grow_to, double shrink_to) {
    std::vector<AllocationVariant> variants;
    for (std::size_t i = 0; i < variants_.size(); ++i) {
      const VariantDecision& decided = decision_.variants[i];
      variants.push_back({.name = decided.name,
                          .current = decided.current,
                          .ready = decided.ready,
                          .capacity = decided.capacity,
                          .cost = decided.cost,
                          .usable = variants_[i]->target.has_value(),
                          .most = most_of(decided)});
    }
    const Allocation allocation =
        allocate(variants, {.grow_to = grow_to, .shrink_to = shrink_to, .at_least_one = true});
    for (std::size_t i = 0; i < variants.size(); ++i) {
      decision_.variants[i].desired = allocation.replicas[i];
      decision_.variants[i].limited = allocation.limited[i];
    }
    decision_.missing_capacity = allocation.missing;
  }

  [[nodiscard]] static std::int32_t most_of(const VariantDecision& variant) {
    return variant.max_replicas.value_or(std::numeric_limits<std::int32_t>::max());
  }

  // "; by maxReplicas a may have 3 at most, b may have 2 at most: 1.50 too few", or nothing where no bound matters.
  [[nodiscard]] std::string explain_limits() const {
    std::string limits;
    for (const VariantDecision& variant : decision_.variants) {
      if (!variant.limited) continue;
      limits += fmt::format("{}{} may have {} at most", limits.empty() ? "; by maxReplicas " : ", ", variant.name,
                            most_of(variant));
    }
    if (decision_.missing_capacity > 0) limits += fmt::format(": {:.2f} too few", decision_.missing_capacity);
    return limits;
  }

  void answer_zero(std::string why) {
    decision_.reason = Reason::idle;
    decision_.explanation = std::move(why);
  }

  void wake() {
    allocate_capacity(need_now_, need_now_);
    decision_.reason = Reason::wake_up;
    decision_.explanation =
        fmt::format("at zero, and requests wait for it ({:.0f} in flight)", std::max(in_flight_, signals_.wake_queue)) +
        explain_limits();
  }

  void from_zero_to_minimum() {
    allocate_capacity(need_now_, need_now_);
    decision_.reason = Reason::minimum_replicas;
    decision_.explanation = "at zero, but scale-to-zero is disabled for this model" + explain_limits();
  }

  void hold(Reason reason, std::string why) {
    for (VariantDecision& variant : decision_.variants) {
      variant.desired = std::min(variant.current, most_of(variant));
      variant.limited = variant.desired < variant.current;
    }
    decision_.reason = reason;
    decision_.explanation = std::move(why);
  }

  // Capacity of all replicas there are; what holding means for the sizing.
  [[nodiscard]] double current_capacity() const {
    double capacity = 0;
    for (const VariantDecision& variant : decision_.variants) capacity += variant.current * variant.capacity;
    return capacity;
  }

  // Ready replicas that Prometheus does not see: loaded to the target for all we know when shrinking, empty when
  // growing.
  [[nodiscard]] double unseen_replicas() const {
    const float pods = signals_.samples.back().pods;
    return std::max(0.0, ready_ - (std::isnan(pods) ? 0.0 : static_cast<double>(pods)));
  }

  void run_for_load(const std::string& why_not_zero) {
    if (signals_.samples.empty())
      return hold(Reason::metrics_missing, "Prometheus has not answered yet: the present count is held");
    const float pods = signals_.samples.back().pods;
    const bool reports = !std::isnan(pods) && pods > 0;
    if (ready_ > 0 && !reports && !failed(Signal::pods)) {
      if (!signals_.activity.evidence_until) {
        return hold(Reason::metrics_missing,
                    "replicas are ready, but Prometheus has no vllm series of this model: the present count is held");
      }
      if (in_flight_ <= 0) {
        return hold(Reason::metrics_missing,
                    "replicas are ready, but Prometheus no longer sees them: the present count is held");
      }
    }
    if (!need_known_ && in_flight_ > 0 && failed_to_size()) {
      return hold(Reason::stale, "a query failed, so the present count is held: " + signals_.failure);
    }
    if (!need_known_ && in_flight_ > 0) {
      return hold(Reason::metrics_missing,
                  "requests are in flight, but nothing tells how much a replica can do: the present count is held");
    }

    std::string held;
    double shrink_to = std::max(need_peak_, need_now_) + unseen_replicas();
    if (ready_ == 0) {
      held = "no replica is ready yet: nothing is taken away";
    } else if (failed_to_size()) {
      held = "a query failed, so nothing is taken away: " + signals_.failure;
    }
    if (!held.empty()) shrink_to = std::max(shrink_to, current_capacity());
    allocate_capacity(need_now_, shrink_to);
    explain_load(why_not_zero, held);
  }

  void explain_load(const std::string& why_not_zero, const std::string& held) {
    const std::int32_t desired = total(&VariantDecision::desired);
    const bool changes = std::any_of(decision_.variants.begin(), decision_.variants.end(),
                                     [](const VariantDecision& variant) { return variant.desired != variant.current; });
    if (changes || decision_.missing_capacity > 0) {
      decision_.reason = Reason::saturation;
      decision_.explanation =
          desired > current_ || decision_.missing_capacity > 0
              ? fmt::format("load needs {:.2f} replicas, {} are there", need_now_, current_)
              : fmt::format("load needed {:.2f} replicas at most within the scale-down window, {} are there",
                            need_peak_, current_);
    } else if (!held.empty()) {
      decision_.reason = failed_any() ? Reason::stale : Reason::steady;
      decision_.explanation = held;
    } else if (desired == 1 && in_flight_ <= 0 && need_peak_ <= 0) {
      decision_.reason = Reason::minimum_replicas;
      decision_.explanation = "no load; kept at one replica: " + why_not_zero;
    } else {
      decision_.reason = Reason::steady;
      decision_.explanation =
          fmt::format("load needs {:.2f} replicas now and {:.2f} at most within the scale-down window; {} fit that",
                      need_now_, need_peak_, current_);
    }
    decision_.explanation += explain_limits();
  }

  // The need may be higher than what is known of it.
  [[nodiscard]] bool failed_to_size() const {
    return failed(Signal::kv_usage) || failed(Signal::running) || failed(Signal::waiting) || failed(Signal::finished) ||
           failed(Signal::pods) || failed(Signal::gateway_queue);
  }

  [[nodiscard]] bool failed_any() const { return signals_.failed.any(); }

  // The moment that the decision tells about. A wake-up for requests that were just seen waiting is as new as they are,
  // however old the samples.
  [[nodiscard]] TimePoint evidence_as_of() const {
    const bool seen_waiting = signals_.wake_queue > 0 || signals_.just_arrived;
    if (decision_.reason != Reason::wake_up || !seen_waiting || !signals_.wake_as_of) return signals_.as_of;
    return std::max(signals_.as_of, *signals_.wake_as_of);
  }

  // Old signals give the answer they gave when they were new (their own time is the decision's time), marked.
  void mark_age() {
    if (signals_.samples.empty()) return;
    const TimePoint stale_at = evidence_as_of() + settings_.stale_after;
    if (now_ < stale_at) {
      decision_.valid_until = stale_at;
      return;
    }
    decision_.explanation = fmt::format("signals are {:.0f} s old{}; last good decision: {} ({})",
                                        std::chrono::duration<double>(now_ - signals_.as_of).count(),
                                        signals_.failure.empty() ? std::string() : " (" + signals_.failure + ")",
                                        decision_.explanation, to_string(decision_.reason));
    decision_.reason = Reason::stale;
  }

  // The last thing: takes the inputs away.
  void keep_inputs() {
    if (!signals_.samples.empty()) {
      decision_.newest_sample = std::max(signals_.as_of, signals_.wake_as_of.value_or(signals_.as_of));
      signals_.samples.erase(signals_.samples.begin(), signals_.samples.end() - 1);
    }
    for (VariantSignals& variant : signals_.variants) {
      if (!variant.samples.empty()) variant.samples.erase(variant.samples.begin(), variant.samples.end() - 1);
    }
    decision_.signals = std::move(signals_);
  }

  ModelSignals signals_;
  const DecisionSettings& settings_;
  TimePoint now_;
  std::vector<const Variant*> variants_;
  std::vector<ReplicaModel> replicas_;
  ModelDecision decision_;
  std::int32_t current_ = 0;
  std::int32_t ready_ = 0;
  double need_now_ = 0;
  double need_peak_ = 0;
  double in_flight_ = 0;
  bool need_known_ = false;
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
