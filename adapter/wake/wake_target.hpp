// Which scale targets a decision board wants to have woken. Pure.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "adapter/provider/decision_board.hpp"

namespace inferno::wake {

// A scale target, and for whose sake.
struct WakeTarget {
  std::string namespace_name;
  std::string api_version;
  std::string kind;
  std::string name;
  std::string variant;
  std::string model_id;

  auto operator<=>(const WakeTarget&) const = default;
};

// The targets at zero of variants that are decided to have replicas because requests wait for their model: of those,
// the ones that the decision gives replicas to, which is the cheapest of each role unless the backlog asks for more.
// Not those that are at zero though scale-to-zero is disabled: nobody waits for them.
[[nodiscard]] std::vector<WakeTarget> targets_to_wake(const DecisionBoard& board);

}  // namespace inferno::wake
