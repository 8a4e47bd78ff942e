// Asks gateways what waits several times a second, so that waking a model need not wait for Prometheus' scrape.
// The gateways are given, or found through InferencePools, looked for every minute.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "adapter/common/monotonic_clock.hpp"
#include "adapter/kubernetes/complaints.hpp"
#include "adapter/wake/gateway_client.hpp"
#include "adapter/wake/gateway_view.hpp"
#include "adapter/wake/inference_pools.hpp"

namespace prometheus {
class Counter;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace inferno::wake {

struct GatewayTiming {
  Duration interval{250};                             // from a gateway's answer to the next question
  Duration failed_interval{std::chrono::seconds{1}};  // ... where it gave none
  Duration patience{std::chrono::seconds{2}};         // how long a gateway that fails still counts
  Duration memory{std::chrono::seconds{30}};          // how long a refused request does: see SignalOptions::wake_window
  Duration discovery{std::chrono::minutes{1}};        // between two looks for InferencePools
  Duration failed_discovery{std::chrono::seconds{10}};
};

class GatewayWatch {
 public:
  // Gets what all gateways together hold in queue or have refused, or nothing while none of them answers, on the
  // executor: after each answer, so that the receiver knows how new it is.
  using Receiver = std::function<void(const std::optional<signals::GatewayDemand>&)>;

  // Asks `endpoints`, and those that `pools` finds where it is not null. Everything must outlive the watch.
  GatewayWatch(const boost::asio::any_io_executor& executor, std::set<GatewayEndpoint> endpoints, InferencePools* pools,
               GatewayAccess access, GatewayTiming timing, Receiver receiver, ::prometheus::Registry& registry,
               MonotonicClock now = system_monotonic_clock());

  // Spawn it on the executor. Ends only by cancellation.
  boost::asio::awaitable<void> run();

 private:
  boost::asio::awaitable<void> follow(GatewayEndpoint followed);
  // Ends, by an exception of its own, when other gateways than before are to be asked.
  boost::asio::awaitable<void> look_for_others();
  GatewayClient& client_of(const GatewayEndpoint& endpoint);
  void report();

  boost::asio::any_io_executor executor_;
  std::set<GatewayEndpoint> given_;
  std::set<GatewayEndpoint> asked_;
  InferencePools* pools_;
  GatewayAccess access_;
  GatewayTiming timing_;
  Receiver receiver_;
  ::prometheus::Counter& answers_;
  ::prometheus::Counter& failures_;
  MonotonicClock now_;
  GatewayView view_;
  std::map<GatewayEndpoint, std::unique_ptr<GatewayClient>> clients_;
  std::optional<std::string> discovery_problem_;
  kubernetes::Complaints complaints_{kubernetes::Complaints::Level::warning};
  bool has_looked_ = false;
};

}  // namespace inferno::wake
