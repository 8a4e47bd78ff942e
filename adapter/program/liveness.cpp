#include "adapter/program/liveness.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace inferno {
namespace asio = boost::asio;

asio::awaitable<void> Heartbeat::run() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    last_beat_ = Clock::now().time_since_epoch().count();
    timer.expires_after(std::chrono::seconds{1});
    co_await timer.async_wait(asio::use_awaitable);
  }
}

std::optional<std::string> Heartbeat::problem() const {
  constexpr auto longest_silence = std::chrono::seconds{60};
  const auto silence = Clock::now() - Clock::time_point(Clock::duration(last_beat_.load()));
  if (silence <= longest_silence) return std::nullopt;
  return "nothing has moved for " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(silence).count()) +
         " s";
}

}  // namespace inferno
