// Several pieces of work at a time, on one executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <vector>

namespace inferno::signals {

using Job = std::function<boost::asio::awaitable<void>()>;

// Marks work that is under way, until the end of the scope or the end of the coroutine, however it ends.
class ScopedFlag {
 public:
  explicit ScopedFlag(bool& flag) : flag_(flag) { flag_ = true; }
  ~ScopedFlag() { flag_ = false; }
  ScopedFlag(const ScopedFlag&) = delete;
  ScopedFlag& operator=(const ScopedFlag&) = delete;
  ScopedFlag(ScopedFlag&&) = delete;
  ScopedFlag& operator=(ScopedFlag&&) = delete;

 private:
  bool& flag_;
};

// Runs all at the same time, and returns when all have ended. The first that throws ends the others, and its exception
// comes out.
boost::asio::awaitable<void> run_together(std::vector<boost::asio::awaitable<void>> works);

// Returns when all have ended. A job that throws, or cancellation, ends the others that are under way. `jobs` must
// outlive the call.
boost::asio::awaitable<void> run_concurrently(const std::vector<Job>& jobs);

}  // namespace inferno::signals
