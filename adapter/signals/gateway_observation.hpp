// What the gateways themselves say of their queues, several times a second, and when that is worth deciding anew:
// at once when somebody begins to wait for a model, for anything else at most once in a while. One thread.
#pragma once

#include <memory>
#include <optional>

#include "adapter/common/time.hpp"
#include "adapter/signals/wake_state.hpp"

namespace inferno::signals {

class GatewayObservation {
 public:
  // `pace`: changes that can wait are told at most this often.
  explicit GatewayObservation(Duration pace) : pace_(pace) {}

  // Nothing: no gateway answers. Returns whether whoever decides should know now.
  bool update(std::optional<GatewayQueues> queues, TimePoint now);

  // Null while no gateway answers.
  [[nodiscard]] std::shared_ptr<const WakeState> state() const { return state_; }

 private:
  Duration pace_;
  std::shared_ptr<const WakeState> state_;
  bool is_untold_ = false;  // something has changed since the last telling
  TimePoint told_at_;
};

}  // namespace inferno::signals
