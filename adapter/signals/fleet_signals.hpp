// One immutable snapshot of everything Prometheus said about the fleet. Swapped whole by the collector; share it
// freely.
#pragma once

#include <span>
#include <string>

#include "adapter/common/model_key.hpp"
#include "adapter/decision/model_signals.hpp"

namespace inferno {

class FleetSignals {
 public:
  virtual ~FleetSignals() = default;

  // The newest grid step for which Prometheus has answered.
  [[nodiscard]] virtual TimePoint as_of() const = 0;

  // What a decision about `model` reads. `targets`: the scale target's name of each variant, in the order of
  // Model::variants. `retention_period` bounds ActivityEvidence::request_count. A model without series gives empty
  // samples of the right number.
  [[nodiscard]] virtual ModelSignals gather(const ModelKey& model, std::span<const std::string> targets,
                                            Duration retention_period) const = 0;
};

}  // namespace inferno
