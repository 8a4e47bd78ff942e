// Which replica of the adapter acts: the one whose name stands in a Lease of the adapter's namespace. The timing and
// the rules are those of client-go's leaderelection (see lease_record.hpp).
//
// A leader that cannot renew its claim stops leading by itself when the renew deadline is over, which is before any
// other replica may take the lease. Without permission for the lease nobody leads and a warning says what is missing; a
// deployment of a single replica that wants none of it does without an elector.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/common/monotonic_clock.hpp"
#include "adapter/common/time.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/complaints.hpp"
#include "adapter/leadership/lease_record.hpp"

namespace inferno::leadership {

struct LeaseSettings {
  std::string namespace_name;
  std::string name = "inferno-adapter";
  std::string identity;             // of this replica; see unique_identity
  Duration lease_duration{15'000};  // others wait for this long before they take over; whole seconds
  Duration renew_deadline{10'000};  // the leader gives up after this long; less than the above
  Duration retry_period{2'000};     // between two attempts; less than the above
};

// The pod's name and something random, so that a container that starts anew in the same pod is another candidate.
[[nodiscard]] std::string unique_identity(std::string_view pod_name);

class LeaseElector {
 public:
  // The client and the wall clock, which is only written down, must outlive the elector.
  LeaseElector(kubernetes::ApiClient& client, LeaseSettings settings, const Clock& wall_clock,
               MonotonicClock now = system_monotonic_clock());

  // Contends for the lease until cancelled, and then gives it back before it ends, which takes two calls.
  boost::asio::awaitable<void> run();

  // One attempt to get or to keep the lease.
  boost::asio::awaitable<void> attempt();

  // Thread safe. True only while no other replica can have been given the lease.
  [[nodiscard]] bool is_leader() const { return now_().time_since_epoch().count() < leads_until_; }

  // Thread safe. False where this replica has to say what exactly one should say: it leads, or as far as it knows
  // nobody does, because the lease may not be read. What was known last counts while the API server is away, so that
  // then too one replica goes on saying it; at a handover there may be two for a moment. True before anything is known.
  [[nodiscard]] bool stands_by() const { return stands_by_; }

 private:
  template <class T>
  using Result = kubernetes::ApiResult<T>;

  boost::asio::awaitable<void> contend();
  boost::asio::awaitable<Result<void>> get_or_keep();
  // Nothing: there is no such lease.
  boost::asio::awaitable<Result<std::optional<nlohmann::json>>> read(Duration deadline);
  boost::asio::awaitable<Result<void>> write(std::optional<nlohmann::json> lease, const LeaseRecord& record,
                                             Duration deadline);
  boost::asio::awaitable<void> release();
  void report(const Result<void>& result);
  [[nodiscard]] std::string collection() const;

  kubernetes::ApiClient& client_;
  LeaseSettings settings_;
  const Clock& wall_clock_;
  MonotonicClock now_;
  LeaseObserver observer_;
  kubernetes::Complaints complaints_{kubernetes::Complaints::Level::warning};
  bool may_hold_ = false;  // a claim of ours was sent: the lease may say that we lead, whatever became of the call
  bool was_leader_ = false;
  std::string other_holder_;
  std::atomic<MonotonicTime::rep> leads_until_;
  std::atomic<bool> stands_by_ = true;
};

}  // namespace inferno::leadership
