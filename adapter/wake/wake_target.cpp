#include "adapter/wake/wake_target.hpp"

#include <cstddef>

namespace inferno::wake {

std::vector<WakeTarget> targets_to_wake(const DecisionBoard& board) {
  std::vector<WakeTarget> targets;
  for (std::size_t i = 0; i < board.answers().size(); ++i) {
    const VariantAnswer& answer = board.answers()[i];
    if (!answer.decided || answer.reason != Reason::wake_up || answer.current != 0 || answer.desired < 1) continue;
    const Variant& variant = board.state().variants()[i];
    targets.push_back({.namespace_name = variant.namespace_name,
                       .api_version = variant.target_reference.api_version,
                       .kind = variant.target_reference.kind,
                       .name = variant.target_reference.name,
                       .variant = variant.name,
                       .model_id = variant.model_id});
  }
  return targets;
}

}  // namespace inferno::wake
