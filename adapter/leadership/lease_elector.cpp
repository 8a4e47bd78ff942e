#include "adapter/leadership/lease_elector.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cstdint>
#include <random>
#include <utility>

namespace inferno::leadership {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using kubernetes::ApiRequest;
using nlohmann::json;

namespace {

// Of each call that gives the lease back: the process wants to end, and without it others only wait a little longer.
constexpr Duration release_deadline = std::chrono::seconds{2};

constexpr MonotonicTime::rep never = MonotonicTime::min().time_since_epoch().count();

}  // namespace

std::string unique_identity(std::string_view pod_name) {
  std::random_device random;
  const std::uint64_t number = std::uint64_t{random()} << 32U | random();
  return fmt::format("{}_{:016x}", pod_name, number);
}

LeaseElector::LeaseElector(kubernetes::ApiClient& client, LeaseSettings settings, const Clock& wall_clock,
                           MonotonicClock now)
    : client_(client),
      settings_(std::move(settings)),
      wall_clock_(wall_clock),
      now_(std::move(now)),
      observer_(settings_.identity),
      leads_until_(never) {}

asio::awaitable<void> LeaseElector::run() {
  try {
    co_await contend();
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await release();
}

asio::awaitable<void> LeaseElector::contend() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    co_await attempt();
    timer.expires_after(settings_.retry_period);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> LeaseElector::attempt() {
  const Result<void> result = co_await get_or_keep();
  report(result);
}

asio::awaitable<LeaseElector::Result<void>> LeaseElector::get_or_keep() {
  const Duration deadline = settings_.renew_deadline / 2;  // so that one call that hangs leaves time for another
  Result<std::optional<json>> lease = co_await read(deadline);
  if (!lease) co_return lease.error();
  std::optional<LeaseRecord> seen;
  if (*lease) seen = parse_lease(**lease);

  const MonotonicTime claimed_at = now_();
  const LeaseVerdict verdict = observer_.observe(seen, claimed_at);
  if (verdict != LeaseVerdict::ours) leads_until_ = never;
  stands_by_ = verdict == LeaseVerdict::taken;
  if (verdict == LeaseVerdict::taken) {
    may_hold_ = false;
    if (seen->holder != other_holder_) spdlog::info("{} leads; this replica stands by", seen->holder);
    other_holder_ = seen->holder;
    co_return Result<void>();
  }
  const LeaseRecord claim = claimed(seen, settings_.identity, settings_.lease_duration, wall_clock_.now());
  may_hold_ = true;
  const Result<void> written = co_await write(*std::move(lease), claim, deadline);
  if (written) leads_until_ = (claimed_at + settings_.renew_deadline).time_since_epoch().count();
  // Another replica was faster: no failure. The next attempt sees who leads.
  if (!written && is_status(written.error(), 409)) co_return Result<void>();
  co_return written;
}

asio::awaitable<LeaseElector::Result<std::optional<json>>> LeaseElector::read(Duration deadline) {
  ApiRequest request;
  request.target = collection() + "/" + settings_.name;
  request.deadline = deadline;
  Result<json> lease = co_await client_.call(std::move(request));
  if (lease) co_return std::optional<json>(*std::move(lease));
  if (is_status(lease.error(), 404)) co_return std::optional<json>();
  co_return lease.error();
}

asio::awaitable<LeaseElector::Result<void>> LeaseElector::write(std::optional<json> lease, const LeaseRecord& record,
                                                                Duration deadline) {
  ApiRequest request;
  request.method = lease ? http::verb::put : http::verb::post;
  request.target = lease ? collection() + "/" + settings_.name : collection();
  request.content_type = "application/json";
  request.deadline = deadline;
  if (!lease) {
    lease.emplace(json{{"apiVersion", "coordination.k8s.io/v1"},
                       {"kind", "Lease"},
                       {"metadata", {{"name", settings_.name}, {"namespace", settings_.namespace_name}}}});
  }
  // The resourceVersion that was read goes back with it: a lease that has changed since is refused.
  write_lease(*lease, record);
  request.body = lease->dump();
  const Result<json> answer = co_await client_.call(std::move(request));
  if (!answer) co_return answer.error();
  co_return Result<void>();
}

asio::awaitable<void> LeaseElector::release() {
  leads_until_ = never;
  if (!may_hold_) co_return;
  // A renewal that was cut off may have arrived all the same: what counts is what the lease says now.
  Result<std::optional<json>> lease = co_await read(release_deadline);
  if (!lease || !*lease) co_return;
  const LeaseRecord held = parse_lease(**lease);
  if (held.holder != settings_.identity) co_return;
  const LeaseRecord given_back = released(held, wall_clock_.now());
  const Result<void> written = co_await write(*std::move(lease), given_back, release_deadline);
  if (written) {
    spdlog::info("gave up the lease {}/{}", settings_.namespace_name, settings_.name);
  } else {
    spdlog::warn("could not give up the lease {}/{}, so others wait until it expires: {}", settings_.namespace_name,
                 settings_.name, written.error().message);
  }
}

void LeaseElector::report(const Result<void>& result) {
  const bool leads = is_leader();
  if (leads != was_leader_) {
    spdlog::info("this replica ({}) {}", settings_.identity, leads ? "leads from now on" : "no longer leads");
    other_holder_.clear();
  }
  was_leader_ = leads;
  if (result) return complaints_.update({});
  const std::string lease = fmt::format("the lease {}/{}", settings_.namespace_name, settings_.name);
  if (is_status(result.error(), 403) || is_status(result.error(), 401)) {
    stands_by_ = false;
    complaints_.update({fmt::format(
        "no permission for {}, so this replica does not lead and what only a leader does is left undone: allow it get, "
        "create and update of leases (coordination.k8s.io) in namespace {} ({})",
        lease, settings_.namespace_name, result.error().message)});
  } else {
    complaints_.update({fmt::format("cannot get or keep {}: {}", lease, result.error().message)});
  }
}

std::string LeaseElector::collection() const {
  return fmt::format("/apis/coordination.k8s.io/v1/namespaces/{}/leases", settings_.namespace_name);
}

}  // namespace inferno::leadership
