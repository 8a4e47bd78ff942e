// Several callers wait for the end of one piece of work. Thread safe.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <mutex>
#include <vector>

namespace inferno::server {

class SharedFlight {
 public:
  // Out of line: what a waiter waits on is an implementation detail.
  SharedFlight();
  ~SharedFlight();
  SharedFlight(const SharedFlight&) = delete;
  SharedFlight& operator=(const SharedFlight&) = delete;
  SharedFlight(SharedFlight&&) = delete;
  SharedFlight& operator=(SharedFlight&&) = delete;

  class Ticket;
  // A ticket taken before the landing is served by it.
  [[nodiscard]] std::shared_ptr<Ticket> board(const boost::asio::any_io_executor& executor);
  // Resumes on the ticket's executor. Cancelling the awaiting coroutine gives the ticket up; the flight goes on.
  static boost::asio::awaitable<void> landing(std::shared_ptr<Ticket> ticket);
  // Ends the wait of everyone on board.
  void land();

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<Ticket>> tickets_;
};

}  // namespace inferno::server
