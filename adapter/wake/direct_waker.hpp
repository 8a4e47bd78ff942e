// Wakes models at once: where requests wait for a model at zero, its scale target is set from 0 to 1 replica instead of
// waiting for the next look of an autoscaler, which may be 15 s away (and one that found its target at 0 when it was
// created does not look at all). Everything beyond that first replica stays the autoscaler's.
//
// A target is read before it is written, and written only in the version that was read: one that is not at 0 any more
// is left alone, so a wake never takes a replica away. Needs permission to get and patch the targets' scale
// subresource. Of several replicas of the adapter one acts. Telemetry: inferno_adapter_direct_wakes_total.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapter/async/bell.hpp"
#include "adapter/common/monotonic_clock.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/api/resource_resolver.hpp"
#include "adapter/kubernetes/complaints.hpp"
#include "adapter/provider/decision_board.hpp"
#include "adapter/wake/wake_agenda.hpp"

namespace prometheus {
class Counter;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace inferno::wake {

class DirectWaker {
 public:
  struct Hooks {
    std::function<bool()> may_act;  // whether this replica is the one that acts
    // Keeps the signals fresh, which otherwise go to sleep when no autoscaler asks. Called now and then while it may
    // act.
    std::function<void()> keep_asking;
  };

  // The client and the registry must outlive the waker.
  DirectWaker(const boost::asio::any_io_executor& executor, kubernetes::ApiClient& client, Hooks hooks,
              ::prometheus::Registry& registry, MonotonicClock now = system_monotonic_clock());

  // Tells what is decided now: after each new board, on the executor. Does no I/O itself.
  void consider(const DecisionBoard& board);

  // Spawn it on the executor. Ends only by cancellation.
  boost::asio::awaitable<void> run();

 private:
  // Several wake at a time, so that a target whose write hangs (in an admission webhook, for one) holds up no other.
  static constexpr std::size_t workers = 4;

  boost::asio::awaitable<void> work(Bell& bell);
  boost::asio::awaitable<void> ask_regularly() const;
  boost::asio::awaitable<void> wake(const WakeTarget& target);
  // True: it was at 0, and is at 1 now. False: it is awake already.
  boost::asio::awaitable<kubernetes::ApiResult<bool>> scale_up(const WakeTarget& target);
  boost::asio::awaitable<kubernetes::ApiResult<bool>> scale_up(std::string path);
  [[nodiscard]] Duration until_next() const;
  void complain(const WakeTarget& target, const kubernetes::ApiFailure& failure);
  void show_forbidden();
  void count(const char* outcome);

  kubernetes::ApiClient& client_;
  Hooks hooks_;
  MonotonicClock now_;
  kubernetes::ResourceResolver resolver_;
  WakeAgenda agenda_;
  std::vector<std::unique_ptr<Bell>> bells_;  // one per worker
  ::prometheus::Family<::prometheus::Counter>& wakes_;
  std::map<std::pair<std::string, std::string>, std::string> forbidden_;  // by namespace and kind
  kubernetes::Complaints complaints_{kubernetes::Complaints::Level::warning};
};

}  // namespace inferno::wake
