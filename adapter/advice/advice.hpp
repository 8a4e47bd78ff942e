// What is wrong with how a VariantAutoscaling, its scale target, its HorizontalPodAutoscaler and Prometheus are wired
// together: things that no component reports as an error, but that keep a decision from taking effect.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inferno {

enum class AdviceCode : std::uint8_t {
  target_shared = 1,           // two VariantAutoscalings name one scale target
  several_autoscalers,         // two HorizontalPodAutoscalers scale one target
  unexpected_metric,           // an HPA metric of ours that is not the desired count
  other_variant,               // the HPA follows the metric of another VariantAutoscaling
  selector_matches_nothing,    // an external metric's selector picks no variant
  selector_matches_several,    // ... or several, whose values the HPA adds up
  not_average_value,           // target type Value: the HPA multiplies the count by the ready pods
  average_value_not_one,       // the HPA divides the count
  tolerance_ignores_growth,    // one more replica lies within the HPA's tolerance
  min_replicas_prevents_zero,  // scale-to-zero is on, and minReplicas forbids it
  not_woken_by_autoscaler,     // at zero, where the HPA did not put it
  no_series,                   // replicas are ready, and their pods show no series of the model
  pods_of_others,              // pods of no target of the model report its name
  field_ignored,               // a field of the VariantAutoscaling says nothing usable
  min_above_max,               // minReplicas of the VariantAutoscaling is more than the maxReplicas that bind it
};

// In CamelCase, as a condition's reason: "TargetShared".
[[nodiscard]] std::string_view to_string(AdviceCode code);

struct Advice {
  AdviceCode code = AdviceCode::target_shared;
  std::string message;  // one sentence that names the object and says what to change
};

}  // namespace inferno
