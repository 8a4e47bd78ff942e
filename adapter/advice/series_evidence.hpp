// Whether Prometheus knows the model at all: a modelID that no series carries is the commonest mistake of all. Pure.
#pragma once

#include "adapter/decision/model_signals.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

// Replicas have been ready for longer than a first scrape takes, Prometheus answers, and no series of the model is
// known, neither now nor within the retention period.
[[nodiscard]] bool lacks_series(const Variant& variant, const ModelSignals& signals);

}  // namespace inferno
