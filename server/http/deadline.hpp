// The deadline of whatever a connection does right now. One timer serves all of them and is moved lazily: arming is an
// assignment unless the new deadline is sooner than what the timer waits for, so a request costs no timer operation.
// Used on one strand, that of the executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace inferno::server {

class Deadline : public std::enable_shared_from_this<Deadline> {
 public:
  using Clock = std::chrono::steady_clock;

  // `on_expiry` is called once for each deadline that passes, never after stop().
  Deadline(const boost::asio::any_io_executor& executor, std::function<void()> on_expiry);

  void arm(std::chrono::milliseconds from_now);
  void stop();

 private:
  void wait();
  void on_timer();

  boost::asio::steady_timer timer_;
  std::function<void()> on_expiry_;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point timer_expiry_ = Clock::time_point::max();  // max: the timer is not running
};

}  // namespace inferno::server
