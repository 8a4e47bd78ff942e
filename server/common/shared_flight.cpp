#include "server/common/shared_flight.hpp"

#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace inferno::server {

namespace asio = boost::asio;

class SharedFlight::Ticket {
 public:
  explicit Ticket(const asio::any_io_executor& executor) : landed_(executor, 1) {}

  void land() { landed_.try_send(boost::system::error_code()); }
  asio::awaitable<void> wait() { co_await landed_.async_receive(asio::use_awaitable); }

 private:
  asio::experimental::concurrent_channel<void(boost::system::error_code)> landed_;
};

SharedFlight::SharedFlight() = default;
SharedFlight::~SharedFlight() = default;

std::shared_ptr<SharedFlight::Ticket> SharedFlight::board(const asio::any_io_executor& executor) {
  auto ticket = std::make_shared<Ticket>(executor);
  const std::lock_guard lock(mutex_);
  tickets_.push_back(ticket);
  return ticket;
}

asio::awaitable<void> SharedFlight::landing(std::shared_ptr<Ticket> ticket) {
  co_await ticket->wait();
}

void SharedFlight::land() {
  std::vector<std::shared_ptr<Ticket>> landed;
  {
    const std::lock_guard lock(mutex_);
    landed = std::exchange(tickets_, {});
  }
  for (const auto& ticket : landed) ticket->land();
}

}  // namespace inferno::server
