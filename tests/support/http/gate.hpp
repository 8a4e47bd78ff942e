// Holds handlers back until the test lets them go. Thread safe.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace inferno::testing {

class Gate {
 public:
  // Suspends until open(); throws operation_aborted where cancelled.
  boost::asio::awaitable<void> pass();

  // For all who wait and all who come.
  void open();

  // Returns once so many have arrived in all; throws after 20 s.
  void wait_for_arrivals(std::size_t count);

 private:
  std::mutex mutex_;
  std::condition_variable arrival_;
  std::size_t arrivals_ = 0;
  bool open_ = false;
  std::vector<std::weak_ptr<boost::asio::steady_timer>> waiting_;  // whose coroutines own them
};

}  // namespace inferno::testing
