// Ends somebody's wait. A ring that comes while nobody waits is kept for the next wait. One executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "adapter/common/time.hpp"

namespace inferno {

class Bell {
 public:
  explicit Bell(const boost::asio::any_io_executor& executor);
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  Bell(Bell&&) = delete;
  Bell& operator=(Bell&&) = delete;

  void ring();
  // Until it rings, or for `longest`. Throws operation_aborted when the awaiting coroutine is cancelled.
  boost::asio::awaitable<void> wait(Duration longest);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inferno
