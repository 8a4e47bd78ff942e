#include "adapter/signals/gateway_observation.hpp"

#include <algorithm>
#include <utility>

namespace inferno::signals {

bool GatewayObservation::update(std::optional<GatewayQueues> queues, TimePoint now) {
  const std::shared_ptr<const WakeState> before = std::move(state_);
  state_.reset();
  if (queues) {
    auto state = std::make_shared<WakeState>();
    state->as_of = now;
    for (const auto& [model, queue] : *queues) {
      if (queue > 0) state->models[model].queue = queue;
    }
    state_ = std::move(state);
  }

  static const std::map<ModelKey, WakeState::Demand> nobody;
  const auto& waited = before ? before->models : nobody;
  const auto& waiting = state_ ? state_->models : nobody;
  is_untold_ |= waited != waiting;
  const bool begins = std::ranges::any_of(waiting, [&](const auto& entry) { return !waited.contains(entry.first); });
  if (!is_untold_ || (!begins && now - told_at_ < pace_)) return false;
  is_untold_ = false;
  told_at_ = now;
  return true;
}

}  // namespace inferno::signals
