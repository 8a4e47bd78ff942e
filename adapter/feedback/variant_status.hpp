// What the status of a VariantAutoscaling should say. Pure.
//
// Conditions, each always present, and True where all is well:
//   TargetResolved     the scale target exists: TargetFound | TargetNotFound
//   MetricsAvailable   Prometheus tells about the model: MetricsFound | MetricsMissing | MetricsStale | PrometheusError
//   OptimizationReady  the desired count rests on present signals: OptimizationSucceeded | OptimizationFailed |
//                      MetricsUnavailable | InvalidConfiguration
//   WiringCorrect      nothing keeps the desired count from taking effect: NoAdvice | the code of the first advice,
//   with
//                      all of it as message. Named after the state that is wished for, as the other three are.
// No text has a number in it that changes by itself: each change is a write.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapter/advice/advice.hpp"
#include "adapter/provider/decision_board.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::feedback {

enum class MetricsState : std::uint8_t { found = 1, missing, stale, prometheus_error };

// `prometheus_fails`: the newest attempt to read signals failed. It says why they are old, not that they are.
[[nodiscard]] MetricsState metrics_state(const DecisionBoard& board, const VariantAnswer& answer,
                                         bool prometheus_fails);

struct Condition {
  std::string_view type;
  bool holds = false;
  std::string_view reason;
  std::string message;
};

struct VariantStatus {
  // desiredOptimizedAlloc and actuation: nothing where there is no decision.
  struct Allocation {
    std::int32_t replicas = 0;
    std::string accelerator;
    bool applied = false;  // the scale target's spec has this count
  };
  std::optional<Allocation> allocation;
  std::array<Condition, 4> conditions;
};

[[nodiscard]] VariantStatus status_of(const Variant& variant, const VariantAnswer& answer, MetricsState metrics,
                                      const SeriesFindings* findings, std::span<const Advice> advice);

// The cluster says all of this about the present generation already. What others have written beside it doesn't matter,
// nor do times, which follow from changes.
[[nodiscard]] bool is_reported(const Variant& variant, const VariantStatus& status);

// The body of a server-side apply to the status subresource: JSON, which is YAML. lastTransitionTime moves only where a
// condition's status flips, lastRunTime where the allocation changes. The uid makes it fail for another object of the
// same name.
[[nodiscard]] std::string apply_document(const Variant& variant, const VariantStatus& status, TimePoint now);

}  // namespace inferno::feedback
