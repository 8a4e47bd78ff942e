// The `inferno_*` series of /metrics, computed at scrape: what KEDA and dashboards read.
#pragma once

#include <span>
#include <string>

#include "adapter/provider/decision_board.hpp"

namespace inferno {

// Ratio of desired to current replicas; at zero current replicas the desired count itself, so that it never divides by
// zero.
[[nodiscard]] double desired_ratio(const VariantAnswer& answer);

// Appends Prometheus text format 0.0.4, the desired count under each of `aliases` too. A variant whose decision is an
// error has no sample.
void append_exposition(std::string& out, const DecisionBoard& board, std::span<const std::string> aliases);

// Appends the configuration errors by ConfigMap key.
void append_config_errors(std::string& out, const PolicyBook& policies);

}  // namespace inferno
