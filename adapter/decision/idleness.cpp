#include "adapter/decision/idleness.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "adapter/decision/missing_series.hpp"

namespace inferno {
namespace {

std::string seconds_text(Duration duration) {
  return fmt::format("{:.0f} s", std::chrono::duration<double>(duration).count());
}

// The latest of several starts of the retention clock, with its cause.
class LatestStart {
 public:
  void consider(std::optional<TimePoint> time, const char* cause) {
    if (time && (!start_ || *time > *start_)) {
      start_ = time;
      cause_ = cause;
    }
  }
  [[nodiscard]] std::optional<TimePoint> start() const { return start_; }
  [[nodiscard]] const char* cause() const { return cause_; }

 private:
  std::optional<TimePoint> start_;
  const char* cause_ = "";
};

// The model has had replicas at least since the earliest moment that a variant which still has some left zero; a
// variant that does not tell when has had them for long.
std::optional<TimePoint> model_left_zero(std::span<const Variant* const> variants) {
  std::optional<TimePoint> earliest;
  for (const Variant* variant : variants) {
    if (!variant->target || variant->target->spec_replicas == 0) continue;
    if (!variant->target->left_zero_at) return std::nullopt;
    earliest = earliest ? std::min(*earliest, *variant->target->left_zero_at) : *variant->target->left_zero_at;
  }
  return earliest;
}

bool has_replicas(const Variant& variant) {
  return variant.target && (variant.target->spec_replicas > 0 || variant.target->ready_replicas > 0);
}

// Why a query's failure leaves the question open; empty when it doesn't.
std::string failed_query(const ModelSignals& signals) {
  if (signals.empty()) return "Prometheus has not answered yet";
  for (const Signal signal : {Signal::running, Signal::waiting, Signal::pods, Signal::finished, Signal::gateway_queue,
                              Signal::gateway_arrivals, Signal::idle_history}) {
    if (signals.failed.test(static_cast<std::size_t>(signal)))
      return "a query that would show activity failed: " + signals.failure;
  }
  return {};
}

// Why the pods of a target cannot prove at the moment that it is idle; empty when they can.
std::string missing_proof(const Variant& variant, const ModelSignals& signals, const TargetSignals& target) {
  const std::int32_t ready = variant.target->ready_replicas;
  if (ready == 0) return "no replica is ready: a model that is still loading is not idle";
  const IdleEvidence& evidence = target.evidence;
  // The history is read once per flow interval. What is not scraped right now may be in use right now.
  const Duration oldest = 2 * signals.flow_interval + signals.history_delay;
  if (!evidence.since || !evidence.until || signals.as_of - *evidence.until >= oldest) {
    const auto missing = missing_series(variant, signals, target);
    return "replicas are ready, but " + (missing ? missing->cause : "nothing proves yet that they are not in use");
  }
  const float replicas = target.samples.back().replicas;
  if (!(static_cast<double>(replicas) >= ready)) {
    return fmt::format("{} replicas are ready, but only {:.0f} report", ready, std::isnan(replicas) ? 0.0F : replicas);
  }
  // The newest sample may show a replica that the evidence, which is looked at less often, does not cover yet.
  if (evidence.replicas < ready) {
    return fmt::format("{} replicas are ready, but only {:.0f} had reported when use was last looked for", ready,
                       evidence.replicas);
  }
  const double most = std::max(evidence.replicas, static_cast<double>(replicas));
  if (most > variant.target->spec_replicas) {
    return fmt::format(
        "{:.0f} replicas report where {} are wanted: until some have gone, it is not known which ones stay", most,
        variant.target->spec_replicas);
  }
  // Those that go report until they are gone.
  if (*evidence.until < variant.target->fewer_since + oldest)
    return "replicas have just been taken away: it is not known yet which ones stay";
  // Since then one may have come and another gone: as long as their number moves, it is not known to be the same ones.
  const auto newer = (signals.as_of - *evidence.until) / signals.step;
  const auto steps = std::min(static_cast<std::size_t>(std::max<Duration::rep>(newer, 0)), target.samples.size());
  const auto differs = [&evidence](const GridSample& sample) {
    return !(static_cast<double>(sample.replicas) == evidence.replicas);
  };
  if (std::any_of(target.samples.end() - static_cast<std::ptrdiff_t>(steps), target.samples.end(), differs))
    return "the number of replicas that report has changed since use was last looked for";
  return evidence.gap;
}

}  // namespace

bool wanted_from_zero(const ModelSignals& signals, std::optional<TimePoint> last_activity, Duration retention_period) {
  // Whoever was refused does not show as activity anywhere: nothing has ever served it.
  if (signals.wake_queue > 0 || signals.wake_refused) return true;
  // Requests that still run at zero finish on the pods that are going away.
  const auto waits = [](const TargetSignals& target) { return is_positive(target.samples.back().waiting); };
  if (!signals.empty() && (in_use(signals.gateway.back()) || std::ranges::any_of(signals.targets, waits))) return true;
  // What arrived before the model went to zero was served then.
  return signals.wake_arrivals && last_activity && signals.as_of - *last_activity < retention_period;
}

bool in_use(const ModelSignals& signals) {
  if (signals.wake_queue > 0) return true;
  if (signals.empty()) return false;
  return in_use(signals.gateway.back()) || std::ranges::any_of(signals.targets, [](const TargetSignals& target) {
           return in_use(target.samples.back());
         });
}

Idleness judge_idleness(std::span<const Variant* const> variants, const ModelSignals& signals,
                        Duration retention_period) {
  LatestStart clock;
  clock.consider(signals.gateway_last_use, "last activity");
  for (const TargetSignals& target : signals.targets) clock.consider(target.evidence.last_use, "last activity");
  Idleness result{.proven = false, .last_activity = clock.start(), .clock_start = {}, .clock_cause = {}, .why = {}};
  clock.consider(model_left_zero(variants), "the model went from no replicas to some");
  for (const Variant* variant : variants) {
    if (variant->created != TimePoint{}) clock.consider(variant->created, "creation of the VariantAutoscaling");
  }
  std::string missing = failed_query(signals);
  // A scrape may fail without making the evidence worthless, but nothing proves that the model is idle meanwhile.
  TimePoint proven_until = signals.as_of;
  for (std::size_t i = 0; i < variants.size() && missing.empty(); ++i) {
    if (!has_replicas(*variants[i])) continue;
    const TargetSignals& target = signals.targets[i];
    clock.consider(target.evidence.since, "start of unbroken scrape evidence");
    missing = missing_proof(*variants[i], signals, target);
    if (!missing.empty() && variants.size() > 1) missing.insert(0, variants[i]->target_reference.name + ": ");
    if (missing.empty()) proven_until = std::min(proven_until, *target.evidence.until);
  }
  result.clock_start = clock.start();
  result.clock_cause = clock.cause();
  if (in_use(signals)) {
    const bool arrived = !signals.empty() && is_positive(signals.gateway.back().gateway_arrivals);
    result.why = arrived ? "requests have just arrived" : "requests are running or waiting";
  } else if (!missing.empty()) {
    result.why = std::move(missing);
  } else if (!clock.start()) {
    result.why = "no evidence yet that reaches back over the retention period";
  } else {
    const Duration idle = proven_until - *clock.start();
    result.proven = idle >= retention_period;
    result.why = fmt::format("idle for {} of the {} retention period, counted from: {}",
                             seconds_text(std::max(idle, Duration{0})), seconds_text(retention_period), clock.cause());
  }
  return result;
}

}  // namespace inferno
