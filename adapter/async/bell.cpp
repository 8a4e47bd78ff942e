#include "adapter/async/bell.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace inferno {

namespace asio = boost::asio;

struct Bell::State {
  asio::steady_timer timer;
  bool rung = false;
};

Bell::Bell(const asio::any_io_executor& executor) : state_(new State{.timer = asio::steady_timer(executor)}) {}
Bell::~Bell() = default;

void Bell::ring() {
  state_->rung = true;
  state_->timer.cancel();
}

asio::awaitable<void> Bell::wait(Duration longest) {
  if (!state_->rung) {
    state_->timer.expires_after(longest);
    boost::system::error_code ignored;  // a ring cancels the timer; so does cancellation of the coroutine
    co_await state_->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  state_->rung = false;
  const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error(asio::error::operation_aborted);
  }
}

}  // namespace inferno
