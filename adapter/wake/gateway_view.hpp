// What all gateways together say of their queues. Each gateway counts with the newest that it said; one that has not
// answered for a while drops out, and what Prometheus says of its queue is all that is known. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "adapter/common/monotonic_clock.hpp"
#include "adapter/common/time.hpp"
#include "adapter/signals/wake_state.hpp"
#include "adapter/wake/gateway_client.hpp"

namespace inferno::wake {

class GatewayView {
 public:
  explicit GatewayView(Duration patience) : patience_(patience) {}

  void answered(const GatewayEndpoint& endpoint, signals::GatewayQueues queues, MonotonicTime now);
  // Whether it drops out by that.
  bool failed(const GatewayEndpoint& endpoint, const std::string& why, MonotonicTime now);
  // Forgets those that are no longer asked.
  void keep_only(const std::set<GatewayEndpoint>& endpoints);

  // The sum over gateways; nothing while none of them counts.
  [[nodiscard]] std::optional<signals::GatewayQueues> queues() const;
  // One line for each that does not count.
  [[nodiscard]] std::set<std::string> problems() const;

 private:
  struct Gateway {
    std::optional<signals::GatewayQueues> queues;
    MonotonicTime good_until;
    std::string problem;  // set where it does not count
  };

  Duration patience_;
  std::map<GatewayEndpoint, Gateway> gateways_;
};

}  // namespace inferno::wake
