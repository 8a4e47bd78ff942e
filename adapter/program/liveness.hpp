// Liveness means progress: something that should move regularly has moved lately.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>

namespace inferno {

// Watches that an executor still runs what is put on it.
class Heartbeat {
 public:
  // Beats every second until cancelled; spawn it on the executor to watch.
  boost::asio::awaitable<void> run();

  // Why the executor counts as stuck; nothing while it moves. Thread safe.
  [[nodiscard]] std::optional<std::string> problem() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::atomic<Clock::rep> last_beat_ = Clock::now().time_since_epoch().count();
};

}  // namespace inferno
