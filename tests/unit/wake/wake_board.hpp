// Decision boards of models at zero, for some of which requests wait.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapter/provider/decision_board.hpp"

namespace inferno::testing {

// A Deployment `name`-decode in namespace llm for the model `name`.
[[nodiscard]] Variant make_wake_variant(const std::string& name, std::int32_t replicas);

// `queues`: requests that wait, by model.
[[nodiscard]] DecisionBoard make_wake_board(std::vector<Variant> variants, std::map<std::string, double> queues);

}  // namespace inferno::testing
