// Calls refresh functions again and again: whoever holds the content of a file compares it and takes over what is new.
//
// Reading the content each time, rather than watching for events, treats every way in which files change alike: written
// in place, renamed over, or a Kubernetes volume that swaps a symbolic link two folders up. The functions are called
// one after another on one strand of the executor, must not block for long, and must not throw for a file that is
// broken.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace inferno::server {

class Refresher {
 public:
  Refresher(const boost::asio::any_io_executor& executor, std::chrono::milliseconds interval);
  // Stops. A call that is under way on another thread ends first. The executor's context must still exist.
  ~Refresher();
  Refresher(const Refresher&) = delete;
  Refresher& operator=(const Refresher&) = delete;
  Refresher(Refresher&&) = delete;
  Refresher& operator=(Refresher&&) = delete;

  // Before start.
  void add(std::function<void()> refresh);
  void start();

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace inferno::server
