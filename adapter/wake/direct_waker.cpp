#include "adapter/wake/direct_waker.hpp"

#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <utility>

#include "adapter/kubernetes/api_object.hpp"
#include "adapter/kubernetes/json_field.hpp"
#include "adapter/signals/concurrently.hpp"

namespace inferno::wake {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using kubernetes::ApiFailure;
using kubernetes::ApiRequest;
using kubernetes::ApiResult;
using nlohmann::json;

namespace {

// A call to the API server takes milliseconds; users wait for this one.
constexpr Duration call_deadline = std::chrono::seconds{3};
// Signals stop being refreshed when nobody has asked for a minute.
constexpr Duration asking_interval = std::chrono::seconds{15};
// How soon a replica that may begin to act notices that there is something to do.
constexpr Duration standby_interval = std::chrono::seconds{1};
constexpr Duration until_rung = std::chrono::hours{24};
// A target that others write at the same moment is read again.
constexpr int most_tries = 3;

std::int64_t replicas_of(const json& scale) {
  // A Scale leaves out a count of 0.
  const json* replicas = kubernetes::find_field(scale, {"spec", "replicas"});
  return replicas != nullptr && replicas->is_number_integer() ? replicas->get<std::int64_t>() : 0;
}

}  // namespace

DirectWaker::DirectWaker(const asio::any_io_executor& executor, kubernetes::ApiClient& client, Hooks hooks,
                         ::prometheus::Registry& registry, MonotonicClock now)
    : client_(client),
      hooks_(std::move(hooks)),
      now_(std::move(now)),
      resolver_(client),
      wakes_(::prometheus::BuildCounter()
                 .Name("inferno_adapter_direct_wakes_total")
                 .Help("Scale targets at zero for which requests waited, by what came of setting them to one replica.")
                 .Register(registry)) {
  for (std::size_t i = 0; i < workers; ++i) bells_.push_back(std::make_unique<Bell>(executor));
}

void DirectWaker::consider(const DecisionBoard& board) {
  const std::vector<WakeTarget> targets = targets_to_wake(board);
  agenda_.want(targets);
  if (targets.empty()) return;
  for (const auto& bell : bells_) bell->ring();
}

asio::awaitable<void> DirectWaker::run() {
  std::vector<asio::awaitable<void>> works;
  works.reserve(bells_.size() + 1);
  for (const auto& bell : bells_) works.push_back(work(*bell));
  works.push_back(ask_regularly());
  co_await signals::run_together(std::move(works));
}

asio::awaitable<void> DirectWaker::ask_regularly() const {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    const bool acts = hooks_.may_act();
    if (acts) hooks_.keep_asking();
    timer.expires_after(acts ? asking_interval : standby_interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> DirectWaker::work(Bell& bell) {
  for (;;) {
    std::optional<WakeTarget> target;
    if (hooks_.may_act()) target = agenda_.take(now_());
    if (target) {
      co_await wake(*target);
    } else {
      co_await bell.wait(until_next());
    }
  }
}

Duration DirectWaker::until_next() const {
  const std::optional<Duration> due = agenda_.until_due(now_());
  if (!due) return until_rung;
  return hooks_.may_act() ? *due : std::max(*due, standby_interval);
}

asio::awaitable<void> DirectWaker::wake(const WakeTarget& target) {
  const ApiResult<bool> woken = co_await scale_up(target);
  agenda_.done(target, woken.has_value(), now_());
  if (!woken) {
    complain(target, woken.error());
    co_return;
  }
  forbidden_.erase({target.namespace_name, target.kind});
  show_forbidden();
  count(*woken ? "woken" : "already_awake");
  if (!*woken) co_return;
  spdlog::info("woke directly: scale from 0 to 1 namespace={} {}={} variant={} model={}", target.namespace_name,
               target.kind, target.name, target.variant, target.model_id);
}

asio::awaitable<ApiResult<bool>> DirectWaker::scale_up(const WakeTarget& target) {
  const ApiResult<kubernetes::ApiResource> resource = co_await resolver_.resolve(target.api_version, target.kind);
  if (!resource) co_return resource.error();
  std::string path = resource->object_path(target.namespace_name, target.name) + "/scale";
  for (int tries = 1;; ++tries) {
    ApiResult<bool> woken = co_await scale_up(path);
    if (woken || !is_status(woken.error(), 409) || tries == most_tries) co_return woken;
  }
}

asio::awaitable<ApiResult<bool>> DirectWaker::scale_up(std::string path) {
  ApiRequest read;
  read.target = path;
  read.deadline = call_deadline;
  const ApiResult<json> scale = co_await client_.call(std::move(read));
  if (!scale) co_return scale.error();
  if (replicas_of(*scale) != 0) co_return false;

  const json patch = {
      {"metadata", {{"resourceVersion", kubernetes::find_text(*scale, {"metadata", "resourceVersion"})}}},
      {"spec", {{"replicas", 1}}}};
  ApiRequest write;
  write.method = http::verb::patch;
  write.target = std::move(path);
  write.content_type = "application/merge-patch+json";
  write.body = patch.dump();
  write.deadline = call_deadline;
  const ApiResult<json> written = co_await client_.call(std::move(write));
  if (!written) co_return written.error();
  co_return true;
}

void DirectWaker::complain(const WakeTarget& target, const ApiFailure& failure) {
  if (!is_status(failure, 403)) {
    count("failed");
    spdlog::warn("cannot wake {} {}/{} directly, and tries again: {}", target.kind, target.namespace_name, target.name,
                 failure.message);
    return;
  }
  count("forbidden");
  const auto known = kubernetes::well_known_resource(target.api_version, target.kind);
  forbidden_.try_emplace(
      {target.namespace_name, target.kind},
      fmt::format("may not wake a {} in namespace {} directly, so waking waits for its autoscaler: allow get and patch "
                  "of {} in API group \"{}\" ({})",
                  target.kind, target.namespace_name, known ? known->plural + "/scale" : "its scale subresource",
                  kubernetes::group_of(target.api_version), failure.message));
  show_forbidden();
}

void DirectWaker::show_forbidden() {
  std::set<std::string> lines;
  for (const auto& [where, line] : forbidden_) lines.insert(line);
  complaints_.update(std::move(lines));
}

void DirectWaker::count(const char* outcome) {
  wakes_.Add({{"outcome", outcome}}).Increment();
}

}  // namespace inferno::wake
