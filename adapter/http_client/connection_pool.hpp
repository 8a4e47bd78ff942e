// Kept-alive connections to one server, and a limit on how many are open. Not thread safe: used on one executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "adapter/common/time.hpp"
#include "adapter/http_client/connection.hpp"

namespace inferno::http_client {

class ConnectionPool {
 public:
  ConnectionPool(boost::asio::any_io_executor executor, std::size_t max_connections, Duration max_idle);

  // The right to have one connection in use, until it is destroyed. The pool must outlive it.
  class Slot {
   public:
    explicit Slot(ConnectionPool& pool) : pool_(&pool) {}
    ~Slot() {
      if (pool_ != nullptr) pool_->release();
    }
    Slot(Slot&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    Slot& operator=(Slot&&) = delete;

   private:
    ConnectionPool* pool_;
  };

  // Waits its turn, first come first served; nothing when the deadline comes first.
  boost::asio::awaitable<std::optional<Slot>> acquire(Deadline deadline);

  // The connection used last, of those that are still open, young enough and made with these TLS settings; null where
  // there is none.
  std::unique_ptr<Connection> take(const boost::asio::ssl::context* tls);
  void give_back(std::unique_ptr<Connection> connection);

 private:
  struct Waiter;
  struct Idle {
    std::unique_ptr<Connection> connection;
    Deadline since;
  };

  void release();

  boost::asio::any_io_executor executor_;
  std::size_t max_connections_;
  Duration max_idle_;
  std::size_t in_use_ = 0;
  std::list<Waiter*> waiters_;
  std::deque<Idle> idle_;  // longest unused first
};

}  // namespace inferno::http_client
