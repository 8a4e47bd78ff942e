// Who waits, as the fast wake query or the gateways themselves saw it. Immutable once published; holds only models for
// which somebody waits.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "adapter/common/model_key.hpp"
#include "adapter/common/time.hpp"
#include "adapter/signals/row_table.hpp"

namespace inferno::signals {

struct WakeDemand {
  double queue = 0;       // requests queued at the gateway
  bool arrivals = false;  // arrived at the gateway within the wake window
  bool refused = false;   // were refused for lack of replicas within the wake window

  void add(const WakeDemand& other);
  bool operator==(const WakeDemand&) const = default;
};

// What gateways themselves say. Under an empty namespace: for every namespace that serves the model.
using GatewayDemand = std::map<ModelKey, WakeDemand>;

// Models by name; in a fleet that is used these are all models, and there is a new one of these each second. Under an
// empty namespace: for every namespace that serves the model.
class WaitingModels {
 public:
  [[nodiscard]] std::size_t size() const { return demands_.size(); }
  // Null where nobody waits for it.
  [[nodiscard]] const WakeDemand* find(std::string_view namespace_name, std::string_view model_id) const;
  // The reference holds until the next call.
  WakeDemand& add(std::string_view namespace_name, std::string_view model_id);

  // Every model of this is in `other`, too.
  [[nodiscard]] bool within(const WaitingModels& other) const;
  bool operator==(const WaitingModels& other) const;

 private:
  RowTable rows_;
  std::vector<WakeDemand> demands_;  // by row
};

struct WakeState {
  TimePoint as_of;
  WaitingModels models;

  // Of one name of a model.
  [[nodiscard]] WakeDemand demand(std::string_view namespace_name, std::string_view name) const;
};

// What the gateways themselves say, several times a second, and when that is worth deciding anew: at once when requests
// begin to wait for a model or are refused, for anything else at most once in a while. One thread.
class GatewayObservation {
 public:
  // `pace`: changes that can wait are told at most this often.
  explicit GatewayObservation(Duration pace) : pace_(pace) {}

  // Nothing: no gateway answers. Returns whether whoever decides should know now.
  bool update(const std::optional<GatewayDemand>& demand, TimePoint now);

  // Null while no gateway answers.
  [[nodiscard]] std::shared_ptr<const WakeState> state() const { return state_; }

 private:
  Duration pace_;
  std::shared_ptr<const WakeState> state_;
  bool is_untold_ = false;  // something has changed since the last telling
  TimePoint told_at_;
};

}  // namespace inferno::signals
