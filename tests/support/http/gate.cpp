#include "tests/support/http/gate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <stdexcept>

namespace inferno::testing {

namespace asio = boost::asio;

asio::awaitable<void> Gate::pass() {
  const auto executor = co_await asio::this_coro::executor;
  const auto timer = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
  bool must_wait = false;
  {
    const std::lock_guard lock(mutex_);
    must_wait = !open_;
    if (must_wait) waiting_.push_back(timer);
    ++arrivals_;
  }
  arrival_.notify_all();
  if (!must_wait) co_return;
  constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
  co_await timer->async_wait(as_result);
  const std::lock_guard lock(mutex_);
  if (!open_) throw boost::system::system_error(asio::error::operation_aborted);
}

void Gate::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  for (const auto& waiting : waiting_) {
    if (const auto timer = waiting.lock()) asio::post(timer->get_executor(), [timer] { timer->cancel(); });
  }
  waiting_.clear();
}

void Gate::wait_for_arrivals(std::size_t count) {
  std::unique_lock lock(mutex_);
  if (!arrival_.wait_for(lock, std::chrono::seconds(20), [&] { return arrivals_ >= count; })) {
    throw std::runtime_error("the handler was not called within 20 s");
  }
}

}  // namespace inferno::testing
