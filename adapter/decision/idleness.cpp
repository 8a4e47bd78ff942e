#include "adapter/decision/idleness.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace inferno {
namespace {

bool positive(float value) {
  return !std::isnan(value) && value > 0;
}

bool requests_wait(const ModelSignals& signals) {
  if (signals.wake_queue > 0) return true;
  if (signals.samples.empty()) return false;
  return positive(signals.samples.back().gateway_queue) || positive(signals.samples.back().waiting);
}

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

std::int64_t ready_replicas(std::span<const Variant* const> variants) {
  std::int64_t ready = 0;
  for (const Variant* variant : variants) ready += variant->target ? variant->target->ready_replicas : 0;
  return ready;
}

// Why the inputs cannot prove anything at the moment; empty when they can.
std::string missing_proof(std::span<const Variant* const> variants, const ModelSignals& signals,
                          const DecisionSettings& settings) {
  if (signals.samples.empty()) return "Prometheus has not answered yet";
  if (signals.partial) return "Prometheus warned that its answer may be incomplete";
  for (const Signal signal :
       {Signal::running, Signal::waiting, Signal::pods, Signal::finished, Signal::gateway_queue, Signal::activity}) {
    if (signals.failed.test(static_cast<std::size_t>(signal)))
      return "a query that would show activity failed: " + signals.failure;
  }
  if (!settings.require_scrape_evidence) return {};

  const ActivityEvidence& evidence = signals.activity;
  const std::int64_t ready = ready_replicas(variants);
  if (ready == 0) return "no replica is ready: a model that is still loading is not idle";
  // The evidence is looked at once per flow interval. What is not scraped right now may be in use right now.
  const Duration oldest = 2 * signals.flow_interval + signals.history_delay;
  const float pods = signals.samples.back().pods;
  if (!evidence.evidence_until || signals.as_of - *evidence.evidence_until >= oldest) {
    if (pods > 0 && std::isnan(signals.samples.back().running))
      return "replicas report, but not how many requests they run (num_requests_running): a long one would go "
             "unnoticed";
    return "replicas are ready, but nothing proves that Prometheus scrapes them";
  }
  if (!std::isnan(pods) && static_cast<double>(pods) < static_cast<double>(ready)) {
    return fmt::format("{} replicas are ready, but only {:.0f} report", ready, pods);
  }
  // The newest sample may show a replica that the evidence, which is looked at less often, does not cover yet.
  if (evidence.evidence_pods < static_cast<double>(ready)) {
    return fmt::format("{} replicas are ready, but only {:.0f} had reported when use was last looked for", ready,
                       evidence.evidence_pods);
  }
  // Just after a hole a counter has nothing to be compared with.
  if (evidence.counts_finished && std::isnan(signals.samples.back().finished_rise))
    return "nothing tells yet whether requests have finished since use was last looked for";
  return {};
}

}  // namespace

bool wanted_from_zero(const ModelSignals& signals, Duration retention_period) {
  if (requests_wait(signals) || signals.just_arrived) return true;
  // What arrived before the model went to zero was served then.
  const auto& last = signals.activity.last_activity;
  return signals.wake_arrivals && last && signals.as_of - *last < retention_period;
}

bool in_use(const ModelSignals& signals) {
  return requests_wait(signals) || signals.just_arrived ||
         (!signals.samples.empty() && positive(signals.samples.back().running));
}

Idleness judge_idleness(std::span<const Variant* const> variants, const ModelSignals& signals,
                        Duration retention_period, const DecisionSettings& settings) {
  LatestStart clock;
  clock.consider(signals.activity.last_activity, "last activity");
  clock.consider(model_left_zero(variants), "the model went from no replicas to some");
  for (const Variant* variant : variants) {
    if (variant->created != TimePoint{}) clock.consider(variant->created, "creation of the VariantAutoscaling");
  }
  const std::optional<TimePoint> data_since =
      settings.require_scrape_evidence ? signals.activity.evidence_since : signals.activity.data_since;
  clock.consider(data_since,
                 settings.require_scrape_evidence ? "start of unbroken scrape evidence" : "oldest data in Prometheus");

  Idleness result{.proven = false, .clock_start = clock.start(), .clock_cause = clock.cause(), .why = {}};
  if (in_use(signals)) {
    result.why = signals.just_arrived ? "requests have just arrived" : "requests are running or waiting";
    return result;
  }
  if (std::string missing = missing_proof(variants, signals, settings); !missing.empty()) {
    result.why = std::move(missing);
    return result;
  }
  if (!data_since) {
    result.why = "no evidence yet that reaches back over the retention period";
    return result;
  }
  // A scrape may fail without making the evidence worthless, but nothing proves that the model is idle meanwhile.
  const TimePoint proven_until =
      settings.require_scrape_evidence ? std::min(signals.as_of, *signals.activity.evidence_until) : signals.as_of;
  const Duration idle = proven_until - *clock.start();
  result.proven = idle >= retention_period;
  result.why = fmt::format("idle for {} of the {} retention period, counted from: {}",
                           seconds_text(std::max(idle, Duration{0})), seconds_text(retention_period), clock.cause());
  return result;
}

}  // namespace inferno
