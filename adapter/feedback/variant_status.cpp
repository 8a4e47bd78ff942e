#include "adapter/feedback/variant_status.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::feedback {
namespace {

using Json = nlohmann::json;

Condition target_resolved(const Variant& variant) {
  const TargetReference& target = variant.target_reference;
  Condition condition{.type = "TargetResolved", .holds = variant.target.has_value(), .reason = {}, .message = {}};
  condition.reason = condition.holds ? "TargetFound" : "TargetNotFound";
  condition.message = condition.holds ? fmt::format("{} {} exists", target.kind, target.name)
                                      : fmt::format("{} {} ({}) does not exist in namespace {}", target.kind,
                                                    target.name, target.api_version, variant.namespace_name);
  return condition;
}

Condition metrics_available(const Variant& variant, MetricsState metrics, const SeriesFindings* findings) {
  Condition condition{.type = "MetricsAvailable", .holds = false, .reason = {}, .message = {}};
  if (variant.invalid) {
    condition.reason = "MetricsMissing";
    condition.message = "metrics are not looked at while the configuration is invalid";
    return condition;
  }
  switch (metrics) {
    case MetricsState::found:
      condition.holds = true;
      condition.reason = "MetricsFound";
      condition.message = fmt::format("Prometheus tells about model \"{}\"", variant.model_id);
      break;
    case MetricsState::missing:
      condition.reason = "MetricsMissing";
      condition.message = findings != nullptr && !findings->missing.empty()
                              ? "replicas are ready, but " + findings->missing
                              : fmt::format("Prometheus does not tell enough about model \"{}\"", variant.model_id);
      break;
    case MetricsState::stale:
      condition.reason = "MetricsStale";
      condition.message = "signals are old, or some of them could not be read";
      break;
    case MetricsState::prometheus_error:
      condition.reason = "PrometheusError";
      condition.message = "Prometheus does not answer; the adapter's log and /debug/decisions say why";
      break;
  }
  return condition;
}

std::string_view why(Reason reason) {
  switch (reason) {
    case Reason::idle:
      return "nobody has used the model for its retention period";
    case Reason::wake_up:
      return "requests wait for the model";
    default:
      return "that fits the load and the policy";
  }
}

Condition optimization_ready(const Variant& variant, const VariantAnswer& answer, MetricsState metrics) {
  Condition condition{.type = "OptimizationReady", .holds = false, .reason = {}, .message = {}};
  if (variant.invalid) {
    condition.reason = "InvalidConfiguration";
    condition.message = variant.invalid->field + ": " + variant.invalid->message;
  } else if (!answer.decided) {
    condition.reason = "OptimizationFailed";
    condition.message = "there is no scale target to decide about";
  } else if (metrics != MetricsState::found) {
    condition.reason = "MetricsUnavailable";
    condition.message = fmt::format("desired replicas stay at {} until metrics are available again", answer.desired);
  } else {
    condition.holds = true;
    condition.reason = "OptimizationSucceeded";
    condition.message = fmt::format("desired replicas: {}; {}", answer.desired, why(answer.reason));
  }
  return condition;
}

Condition wiring_correct(std::span<const Advice> advice) {
  Condition condition{.type = "WiringCorrect", .holds = advice.empty(), .reason = "NoAdvice", .message = {}};
  if (advice.empty()) {
    condition.message = "nothing keeps the desired replicas from taking effect";
    return condition;
  }
  condition.reason = to_string(advice.front().code);
  for (const Advice& item : advice) {
    condition.message.append(condition.message.empty() ? "" : ". ").append(item.message);
  }
  return condition;
}

// The resource wants at least two characters.
std::string shown_accelerator(const std::string& accelerator) {
  return accelerator.size() < 2 ? "unknown" : accelerator;
}

const ReportedCondition* find_condition(const ReportedStatus* reported, std::string_view type) {
  if (reported == nullptr) return nullptr;
  const auto found = std::ranges::find(reported->conditions, type, &ReportedCondition::type);
  return found == reported->conditions.end() ? nullptr : &*found;
}

std::string_view status_text(const Condition& condition) {
  return condition.holds ? "True" : "False";
}

bool same_count(const ReportedStatus* reported, const VariantStatus::Allocation& allocation) {
  return reported != nullptr && reported->desired_replicas == allocation.replicas &&
         reported->accelerator == allocation.accelerator;
}

Json condition_document(const Variant& variant, const Condition& condition, TimePoint now) {
  const ReportedCondition* before = find_condition(variant.reported.get(), condition.type);
  const bool flips = before == nullptr || before->status != status_text(condition) || before->last_transition.empty();
  return {{"type", condition.type},
          {"status", status_text(condition)},
          {"reason", condition.reason},
          {"message", condition.message},
          {"observedGeneration", variant.generation},
          {"lastTransitionTime", flips ? kubernetes::format_time_field(now) : before->last_transition}};
}

}  // namespace

MetricsState metrics_state(const DecisionBoard& board, const VariantAnswer& answer, bool prometheus_fails) {
  if (!board.signals_as_of()) return MetricsState::prometheus_error;
  if (answer.reason == Reason::stale) return prometheus_fails ? MetricsState::prometheus_error : MetricsState::stale;
  if (answer.reason == Reason::metrics_missing) return MetricsState::missing;
  return MetricsState::found;
}

VariantStatus status_of(const Variant& variant, const VariantAnswer& answer, MetricsState metrics,
                        const SeriesFindings* findings, std::span<const Advice> advice) {
  VariantStatus status;
  if (answer.decided) {
    status.allocation = {.replicas = answer.desired,
                         .accelerator = shown_accelerator(variant.accelerator),
                         .applied = answer.current == answer.desired};
  }
  status.conditions = {target_resolved(variant), metrics_available(variant, metrics, findings),
                       optimization_ready(variant, answer, metrics), wiring_correct(advice)};
  return status;
}

bool is_reported(const Variant& variant, const VariantStatus& status) {
  const ReportedStatus* reported = variant.reported.get();
  if (reported == nullptr) return false;
  if (!status.allocation) {
    if (reported->desired_replicas || reported->actuation_applied) return false;
  } else if (!same_count(reported, *status.allocation) || reported->actuation_applied != status.allocation->applied) {
    return false;
  }
  return std::ranges::all_of(status.conditions, [&variant, reported](const Condition& condition) {
    const ReportedCondition* found = find_condition(reported, condition.type);
    return found != nullptr && found->status == status_text(condition) && found->reason == condition.reason &&
           found->message == condition.message && found->observed_generation == variant.generation;
  });
}

std::string apply_document(const Variant& variant, const VariantStatus& status, TimePoint now) {
  Json conditions = Json::array();
  for (const Condition& condition : status.conditions) {
    conditions.push_back(condition_document(variant, condition, now));
  }
  Json document{{"apiVersion", "llmd.ai/v1alpha1"},
                {"kind", "VariantAutoscaling"},
                {"metadata", {{"namespace", variant.namespace_name}, {"name", variant.name}}},
                {"status", {{"conditions", std::move(conditions)}}}};
  if (!variant.uid.empty()) document["metadata"]["uid"] = variant.uid;
  if (status.allocation) {
    const ReportedStatus* before = variant.reported.get();
    const bool is_new = !same_count(before, *status.allocation) || before->last_run_time.empty();
    document["status"]["desiredOptimizedAlloc"] = {
        {"numReplicas", status.allocation->replicas},
        {"accelerator", status.allocation->accelerator},
        {"lastRunTime", is_new ? kubernetes::format_time_field(now) : before->last_run_time}};
    document["status"]["actuation"] = {{"applied", status.allocation->applied}};
  }
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace inferno::feedback
