#include "server/files/refresher.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/error_code.hpp>
#include <mutex>
#include <utility>
#include <vector>

namespace inferno::server {

class Refresher::State : public std::enable_shared_from_this<State> {
 public:
  State(const boost::asio::any_io_executor& executor, std::chrono::milliseconds interval)
      : timer_(boost::asio::make_strand(executor)), interval_(interval) {}

  void add(std::function<void()> refresh) { functions_.push_back(std::move(refresh)); }

  void wait() {
    timer_.expires_after(interval_);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || !self->refresh_all()) return;
      self->wait();
    });
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    boost::asio::post(timer_.get_executor(), [self = shared_from_this()] { self->timer_.cancel(); });
  }

 private:
  // The lock makes stop() wait for the functions: their owners are about to go.
  bool refresh_all() {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    for (const auto& refresh : functions_) refresh();
    return true;
  }

  boost::asio::steady_timer timer_;
  std::chrono::milliseconds interval_;
  std::vector<std::function<void()>> functions_;
  std::mutex mutex_;
  bool stopped_ = false;
};

Refresher::Refresher(const boost::asio::any_io_executor& executor, std::chrono::milliseconds interval)
    : state_(std::make_shared<State>(executor, interval)) {}

Refresher::~Refresher() {
  state_->stop();
}

void Refresher::add(std::function<void()> refresh) {
  state_->add(std::move(refresh));
}

void Refresher::start() {
  state_->wait();
}

}  // namespace inferno::server
