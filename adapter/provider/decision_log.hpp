// One line when a decision changes, in the words that operators grep for ("scale-to-zero", "model_request_count").
#pragma once

#include "adapter/provider/decision_board.hpp"

namespace inferno {

// Logs every variant whose desired count differs between the boards (info) or whose reason alone does (debug). `before`
// may be null: then every decided variant is logged once.
void log_changes(const DecisionBoard* before, const DecisionBoard& after);

}  // namespace inferno
