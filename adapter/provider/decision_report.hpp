// GET /debug/decisions/{namespace}/{name}: why the number is what it is, for a person at 3 a.m.
#pragma once

#include <string>
#include <vector>

#include "adapter/advice/advice.hpp"
#include "adapter/decision/decision.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

// Indented JSON. `decision` is that of the model `variant` belongs to.
[[nodiscard]] std::string render_report(const Variant& variant, const ModelDecision& decision, TimePoint now,
                                        const std::vector<ConfigWarning>& config_warnings,
                                        const std::vector<Advice>& advice);

// RFC 3339 in UTC with milliseconds.
[[nodiscard]] std::string format_time(TimePoint time);

}  // namespace inferno
