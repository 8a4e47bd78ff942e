#include "adapter/provider/decision_service.hpp"

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "adapter/provider/decision_log.hpp"

namespace inferno {
namespace asio = boost::asio;

namespace {

// For signals, where there are none fresh enough: longer than a healthy refresh takes. The HPA has a few workers for
// all its questions; it asks again.
constexpr std::chrono::seconds longest_wait{5};

}  // namespace

DecisionService::DecisionService(const asio::any_io_executor& executor, ClusterSource& cluster, SignalSource& signals,
                                 const Clock& clock, DecisionSettings settings, ::prometheus::Registry& registry)
    : timer_(executor),
      cluster_(cluster),
      signals_(signals),
      clock_(clock),
      settings_(settings),
      duration_(::prometheus::BuildHistogram()
                    .Name("inferno_adapter_decision_duration_seconds")
                    .Help("Time to decide everything anew.")
                    .Register(registry)
                    .Add({}, ::prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                                       0.25, 0.5, 1})) {
  auto& family = ::prometheus::BuildCounter()
                     .Name("inferno_adapter_decisions_total")
                     .Help("Decisions made, one per variant each time everything is decided anew, by reason.")
                     .Register(registry);
  for (const Reason reason : {Reason::saturation, Reason::steady, Reason::idle, Reason::wake_up,
                              Reason::minimum_replicas, Reason::metrics_missing, Reason::stale}) {
    decisions_.at(static_cast<std::size_t>(reason)) = &family.Add({{"reason", std::string(to_string(reason))}});
  }
}

void DecisionService::rebuild() {
  auto state = cluster_.current();
  if (state == nullptr) return;
  const auto started = std::chrono::steady_clock::now();
  const auto before = board_.load();
  const auto after = std::make_shared<const DecisionBoard>(std::move(state), signals_.current(), now(), settings_);
  log_changes(before.get(), *after);
  count(*after);
  board_.store(after);
  if (listener_) listener_(*after);
  duration_.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
}

asio::awaitable<void> DecisionService::run() {
  constexpr auto tick = std::chrono::seconds{1};
  for (;;) {
    timer_.expires_after(tick);
    boost::system::error_code error;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    const auto board = board_.load();
    if (board == nullptr || (board->valid_until() && now() >= *board->valid_until())) rebuild();
  }
}

asio::awaitable<std::shared_ptr<const DecisionBoard>> DecisionService::fresh_board() {
  if (signals_.worth_waiting()) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer limit(co_await asio::this_coro::executor, longest_wait);
    co_await (signals_.refresh_if_old() || limit.async_wait(asio::use_awaitable));
  }
  co_return board_.load();
}

void DecisionService::keep_asking() {
  (void)signals_.worth_waiting();
}

void DecisionService::count(const DecisionBoard& board) {
  std::array<double, 8> by_reason{};
  for (const VariantAnswer& answer : board.answers()) {
    if (answer.decided) by_reason.at(static_cast<std::size_t>(answer.reason)) += 1;
  }
  for (std::size_t reason = 0; reason < by_reason.size(); ++reason) {
    if (decisions_.at(reason) != nullptr) decisions_.at(reason)->Increment(by_reason.at(reason));
  }
}

}  // namespace inferno
