#include "adapter/wake/gateway_watch.hpp"

#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "adapter/signals/concurrently.hpp"

namespace inferno::wake {

namespace asio = boost::asio;

namespace {

struct OtherGateways {};

::prometheus::Family<::prometheus::Counter>& questions(::prometheus::Registry& registry) {
  return ::prometheus::BuildCounter()
      .Name("inferno_adapter_gateway_reads_total")
      .Help("Direct reads of a gateway's queue, by outcome.")
      .Register(registry);
}

}  // namespace

GatewayWatch::GatewayWatch(const asio::any_io_executor& executor, std::set<GatewayEndpoint> endpoints,
                           InferencePools* pools, GatewayAccess access, GatewayTiming timing, Receiver receiver,
                           ::prometheus::Registry& registry, MonotonicClock now)
    : executor_(executor),
      given_(std::move(endpoints)),
      asked_(given_),
      pools_(pools),
      access_(std::move(access)),
      timing_(timing),
      receiver_(std::move(receiver)),
      answers_(questions(registry).Add({{"outcome", "success"}})),
      failures_(questions(registry).Add({{"outcome", "failure"}})),
      now_(std::move(now)),
      view_(timing.patience, timing.memory) {
  for (const GatewayEndpoint& endpoint : given_) client_of(endpoint);  // refuses a URL that is none
}

asio::awaitable<void> GatewayWatch::run() {
  for (;;) {
    std::vector<asio::awaitable<void>> works;
    works.reserve(asked_.size() + 1);
    for (const GatewayEndpoint& endpoint : asked_) works.push_back(follow(endpoint));
    if (pools_ != nullptr) works.push_back(look_for_others());
    if (works.empty()) co_return;
    try {
      co_await signals::run_together(std::move(works));
    } catch (const OtherGateways&) {
      view_.keep_only(asked_);
      std::erase_if(clients_, [this](const auto& entry) { return !asked_.contains(entry.first); });
      receiver_(view_.demand());
    }
  }
}

asio::awaitable<void> GatewayWatch::follow(GatewayEndpoint followed) {
  const GatewayEndpoint endpoint = std::move(followed);  // its own: the set it comes from may be replaced
  GatewayClient& client = client_of(endpoint);
  asio::steady_timer timer(executor_);
  for (;;) {
    auto answer = co_await client.read();
    if (answer) {
      answers_.Increment();
      view_.answered(endpoint, *std::move(answer), now_());
      receiver_(view_.demand());
      timer.expires_after(timing_.interval);
    } else {
      failures_.Increment();
      if (view_.failed(endpoint, answer.error().message, now_())) receiver_(view_.demand());
      timer.expires_after(timing_.failed_interval);
    }
    report();
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> GatewayWatch::look_for_others() {
  asio::steady_timer timer(executor_);
  for (;;) {
    if (has_looked_) {
      timer.expires_after(discovery_problem_ ? timing_.failed_discovery : timing_.discovery);
      co_await timer.async_wait(asio::use_awaitable);
    }
    has_looked_ = true;
    auto found = co_await pools_->find();
    discovery_problem_.reset();
    if (!found) {
      // Those that were found before are asked on.
      discovery_problem_ = fmt::format("cannot look for gateways through InferencePools: {}", found.error().message);
    }
    report();
    if (!found) continue;
    found->insert(given_.begin(), given_.end());
    if (*found == asked_) continue;
    asked_ = *std::move(found);
    spdlog::info("reading the metrics of the gateways that InferencePools name: {}", asked_.size());
    throw OtherGateways{};
  }
}

GatewayClient& GatewayWatch::client_of(const GatewayEndpoint& endpoint) {
  std::unique_ptr<GatewayClient>& client = clients_[endpoint];
  if (!client) client = std::make_unique<GatewayClient>(executor_, endpoint, access_);
  return *client;
}

void GatewayWatch::report() {
  std::set<std::string> problems = view_.problems();
  if (discovery_problem_) problems.insert(*discovery_problem_);
  complaints_.update(std::move(problems));
}

}  // namespace inferno::wake
