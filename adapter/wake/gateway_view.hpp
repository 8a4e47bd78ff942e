// What all gateways together say. Each counts with the newest that it said, and for a while with what it has refused
// since the answer before; one that has not answered for a while drops out, and what Prometheus says of it is all that
// is known. Pure.
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
  // `patience`: how long one that fails still counts. `memory`: how long a refused request does.
  GatewayView(Duration patience, Duration memory) : patience_(patience), memory_(memory) {}

  // Of the first answer, also after it had dropped out, it is not known when its counters rose.
  void answered(const GatewayEndpoint& endpoint, GatewayPage page, MonotonicTime now);
  // Whether it drops out by that.
  bool failed(const GatewayEndpoint& endpoint, const std::string& why, MonotonicTime now);
  // Forgets those that are no longer asked.
  void keep_only(const std::set<GatewayEndpoint>& endpoints);

  // All gateways together; nothing while none of them counts.
  [[nodiscard]] std::optional<signals::GatewayDemand> demand() const;
  // One line for each that does not count.
  [[nodiscard]] std::set<std::string> problems() const;

 private:
  struct Gateway {
    std::optional<GatewayPage> page;
    std::map<ModelKey, MonotonicTime> refused_at;  // lately
    MonotonicTime good_until;
    std::string problem;  // set where it does not count
  };

  Duration patience_;
  Duration memory_;
  std::map<GatewayEndpoint, Gateway> gateways_;
};

}  // namespace inferno::wake
