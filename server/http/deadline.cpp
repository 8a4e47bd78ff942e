#include "server/http/deadline.hpp"

#include <boost/system/error_code.hpp>
#include <utility>

namespace inferno::server {

Deadline::Deadline(const boost::asio::any_io_executor& executor, std::function<void()> on_expiry)
    : timer_(executor), on_expiry_(std::move(on_expiry)) {}

void Deadline::arm(std::chrono::milliseconds from_now) {
  deadline_ = Clock::now() + from_now;
  if (deadline_ < timer_expiry_) wait();
}

void Deadline::stop() {
  on_expiry_ = nullptr;
  timer_.cancel();
}

void Deadline::wait() {
  timer_expiry_ = deadline_;
  timer_.expires_at(deadline_);  // ends an earlier wait as aborted
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->on_timer();
  });
}

void Deadline::on_timer() {
  // A wait that ended just before a sooner one replaced it: that one will come.
  if (Clock::now() < timer_expiry_) return;
  timer_expiry_ = Clock::time_point::max();
  if (!on_expiry_ || deadline_ == Clock::time_point::max()) return;
  if (Clock::now() < deadline_) {
    wait();
    return;
  }
  deadline_ = Clock::time_point::max();
  on_expiry_();
}

}  // namespace inferno::server
