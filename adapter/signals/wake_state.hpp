// Who waits, as the fast wake query or the gateways themselves saw it. Immutable once published; holds only models for
// which somebody waits.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "adapter/common/model_key.hpp"
#include "adapter/common/time.hpp"

namespace inferno::signals {

// Requests queued at gateways. Under an empty namespace: for every namespace that serves the model.
using GatewayQueues = std::map<ModelKey, double>;

struct WakeState {
  struct Demand {
    double queue = 0;           // requests queued at the gateway
    bool arrivals = false;      // arrived at the gateway within the wake window
    bool just_arrived = false;  // arrived there within the flow interval, or waiting in a pod

    bool operator==(const Demand&) const = default;
  };

  TimePoint as_of;
  std::map<ModelKey, Demand> models;  // under an empty namespace: for every namespace that serves the model

  [[nodiscard]] Demand demand(const ModelKey& model) const {
    Demand result;
    for (const std::string& namespace_name : {model.namespace_name, std::string()}) {
      const auto found = models.find({namespace_name, model.model_id});
      if (found == models.end()) continue;
      result.queue += found->second.queue;
      result.arrivals |= found->second.arrivals;
      result.just_arrived |= found->second.just_arrived;
    }
    return result;
  }
};

}  // namespace inferno::signals
