#include "adapter/signals/gateway_observation.hpp"

#include <utility>

namespace inferno::signals {

bool GatewayObservation::update(std::optional<GatewayQueues> queues, TimePoint now) {
  const std::shared_ptr<const WakeState> before = std::move(state_);
  state_.reset();
  if (queues) {
    auto state = std::make_shared<WakeState>();
    state->as_of = now;
    for (const auto& [model, queue] : *queues) {
      if (queue > 0) state->models.add(model.namespace_name, model.model_id).queue = queue;
    }
    state_ = std::move(state);
  }

  static const WaitingModels nobody;
  const WaitingModels& waited = before ? before->models : nobody;
  const WaitingModels& waiting = state_ ? state_->models : nobody;
  is_untold_ |= waited != waiting;
  const bool begins = !waiting.within(waited);
  if (!is_untold_ || (!begins && now - told_at_ < pace_)) return false;
  is_untold_ = false;
  told_at_ = now;
  return true;
}

}  // namespace inferno::signals
