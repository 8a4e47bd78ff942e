#include "adapter/http_client/connection_pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace inferno::http_client {

namespace asio = boost::asio;

// Lives in the frame of the coroutine that waits, and leaves the line when that ends, however it ends.
struct ConnectionPool::Waiter {
  Waiter(ConnectionPool& waited_for, Deadline deadline)
      : pool(waited_for),
        timer(waited_for.executor_, deadline),
        position(pool.waiters_.insert(pool.waiters_.end(), this)) {}
  ~Waiter() {
    if (!has_turn) pool.waiters_.erase(position);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  Waiter(Waiter&&) = delete;
  Waiter& operator=(Waiter&&) = delete;

  ConnectionPool& pool;
  asio::steady_timer timer;
  std::list<Waiter*>::iterator position;
  bool has_turn = false;  // the slot is ours already
};

ConnectionPool::ConnectionPool(asio::any_io_executor executor, std::size_t max_connections, Duration max_idle)
    : executor_(std::move(executor)), max_connections_(max_connections), max_idle_(max_idle) {}

asio::awaitable<std::optional<ConnectionPool::Slot>> ConnectionPool::acquire(Deadline deadline) {
  if (in_use_ < max_connections_) {
    ++in_use_;
    co_return std::optional<Slot>(std::in_place, *this);
  }
  std::optional<Slot> slot;
  Waiter waiter(*this, deadline);
  const auto [error] = co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (waiter.has_turn) {
    slot.emplace(*this);
  } else if (error == asio::error::operation_aborted) {
    throw boost::system::system_error(error);
  }
  co_return slot;
}

void ConnectionPool::release() {
  if (waiters_.empty()) {
    --in_use_;
    return;
  }
  Waiter* next = waiters_.front();
  waiters_.pop_front();
  next->has_turn = true;
  next->timer.cancel();
}

std::unique_ptr<Connection> ConnectionPool::take(const asio::ssl::context* tls) {
  const Deadline oldest = std::chrono::steady_clock::now() - max_idle_;
  std::erase_if(idle_, [&](const Idle& idle) {
    return idle.since < oldest || idle.connection->tls() != tls || !idle.connection->is_idle();
  });
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle_.back().connection);
  idle_.pop_back();
  return connection;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
  if (idle_.size() > max_connections_) idle_.pop_front();
}

}  // namespace inferno::http_client
