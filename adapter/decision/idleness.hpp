// Whether a model has been idle for its whole retention period, by positive evidence only. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "adapter/decision/decide.hpp"
#include "adapter/decision/model_signals.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

struct Idleness {
  bool proven = false;
  std::optional<TimePoint> last_activity;  // of any target, or at the gateway
  // Where the retention clock starts, and what set it; nullopt when the evidence does not reach back at all.
  std::optional<TimePoint> clock_start;
  std::string clock_cause;
  std::string why;  // for a person: why it is or is not proven idle
};

// `variants` are those of the model, parallel to signals.targets: each that has replicas is proven idle by its own
// pods. Time is the signals' own (as_of): while Prometheus does not answer, no idle time passes.
[[nodiscard]] Idleness judge_idleness(std::span<const Variant* const> variants, const ModelSignals& signals,
                                      Duration retention_period);

// The model is in use, or requests wait for it, at this very moment.
[[nodiscard]] bool in_use(const ModelSignals& signals);

// Requests wait for a model that has no replicas, were refused for that, or came to it after it had been idle for the
// retention period.
[[nodiscard]] bool wanted_from_zero(const ModelSignals& signals, std::optional<TimePoint> last_activity,
                                    Duration retention_period);

}  // namespace inferno
