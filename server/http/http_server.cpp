#include "server/http/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <utility>

#include "server/http/connection.hpp"

namespace inferno::server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using std::chrono::milliseconds;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds shortest_pause{5};
constexpr milliseconds longest_pause{1000};
// For what was cut to notice.
constexpr milliseconds abort_deadline{5000};

// The client's doing, or the network's: nothing that a pause would help.
bool concerns_one_connection(const boost::system::error_code& error) {
  return error == asio::error::connection_aborted || error == asio::error::connection_reset ||
         error == asio::error::interrupted || error == boost::system::errc::protocol_error;
}

}  // namespace

// Everything but start() and local_endpoint() happens on the strand.
class HttpServer::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  explicit Implementation(const asio::any_io_executor& executor)
      : executor_(executor),
        strand_(asio::make_strand(executor)),
        acceptor_(strand_),
        pause_(strand_),
        ended_(strand_) {}

  void configure(const ServerOptions& options, TlsContextSource& tls, RequestHandler handler, ServerObserver& observer,
                 std::shared_ptr<spdlog::logger> logger) {
    state_ = std::make_shared<ServerState>(options, tls, std::move(handler), observer, std::move(logger),
                                           [weak = weak_from_this()] {
                                             if (const auto self = weak.lock()) self->wake_drain();
                                           });
  }

  void start();
  void stop_accepting();
  asio::awaitable<std::size_t> drain(milliseconds grace);

  [[nodiscard]] const asio::any_io_executor& strand() const { return strand_; }
  [[nodiscard]] tcp::endpoint local_endpoint() const { return local_endpoint_; }

 private:
  void listen();
  asio::awaitable<void> accept_connections();
  asio::awaitable<void> pause_after(const boost::system::error_code& error);
  void admit(tcp::socket socket);
  void admit_backlog();
  asio::awaitable<bool> wait_for_end(milliseconds limit);
  void wake_drain();

  asio::any_io_executor executor_;
  asio::any_io_executor strand_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::steady_timer ended_;
  tcp::endpoint local_endpoint_;
  std::shared_ptr<ServerState> state_;
  milliseconds next_pause_ = shortest_pause;
  bool accepting_ = false;
};

void HttpServer::Implementation::start() {
  try {
    listen();
  } catch (const boost::system::system_error& error) {
    throw boost::system::system_error(error.code(), "cannot listen on " + state_->options.bind_address + " port " +
                                                        std::to_string(state_->options.port));
  }
  accepting_ = true;
  asio::co_spawn(strand_, accept_connections(), [self = shared_from_this()](const std::exception_ptr& failure) {
    self->accepting_ = false;
    self->ended_.cancel();
    if (!failure) return;
    // Nothing in the loop throws but want of memory. A server that can't accept must not pretend to live.
    self->state_->logger->critical("the listener ended by an exception");
    std::rethrow_exception(failure);
  });
}

void HttpServer::Implementation::listen() {
  const tcp::endpoint endpoint(asio::ip::make_address(state_->options.bind_address), state_->options.port);
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
  acceptor_.bind(endpoint);
  acceptor_.listen();
  local_endpoint_ = acceptor_.local_endpoint();
}

asio::awaitable<void> HttpServer::Implementation::accept_connections() {
  while (acceptor_.is_open()) {
    const asio::any_io_executor connection_strand = asio::make_strand(executor_);
    auto [error, socket] = co_await acceptor_.async_accept(connection_strand, as_result);
    if (!error) {
      next_pause_ = shortest_pause;
      admit(std::move(socket));
    } else if (error != asio::error::operation_aborted) {
      co_await pause_after(error);
    }
  }
}

asio::awaitable<void> HttpServer::Implementation::pause_after(const boost::system::error_code& error) {
  state_->observer.accept_failed(error);
  if (concerns_one_connection(error)) co_return;
  state_->logger->error("cannot accept connections: {}; next try in {} ms", error.message(), next_pause_.count());
  pause_.expires_after(next_pause_);
  next_pause_ = std::min(next_pause_ * 2, longest_pause);
  co_await pause_.async_wait(as_result);
}

void HttpServer::Implementation::admit(tcp::socket socket) {
  const auto& options = state_->options;
  const std::size_t open = state_->open_connections;
  auto admission = Connection::Admission::regular;
  if (open >= options.max_connections) {
    state_->observer.refused(ServerObserver::Refusal::connection_limit);
    if (open >= options.max_connections + options.connections_refused_politely) return;  // closes the socket
    admission = Connection::Admission::over_limit;
  }
  std::shared_ptr<Connection> connection;
  try {
    connection = std::make_shared<Connection>(std::move(socket), state_, admission);
  } catch (const std::exception& error) {  // OpenSSL has no resources for one more; the listener must live on
    state_->logger->error("a connection could not be served: {}", error.what());
    return;
  }
  ++state_->open_connections;
  state_->connections.add(connection);
  state_->observer.connection_opened();
  connection->start();
}

// Clients that the system has connected, but accept_connections() has not seen yet, may have sent their request.
void HttpServer::Implementation::admit_backlog() {
  boost::system::error_code error;
  acceptor_.non_blocking(true, error);
  while (!error) {
    tcp::socket socket(asio::any_io_executor(asio::make_strand(executor_)));
    acceptor_.accept(socket, error);
    if (!error) admit(std::move(socket));
  }
}

void HttpServer::Implementation::stop_accepting() {
  if (!acceptor_.is_open()) return;
  admit_backlog();
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

asio::awaitable<std::size_t> HttpServer::Implementation::drain(milliseconds grace) {
  state_->draining = true;
  stop_accepting();
  for (const auto& connection : state_->connections.all()) connection->begin_drain();
  const bool in_time = co_await wait_for_end(grace);
  if (in_time) co_return 0;
  const auto left = state_->connections.all();
  for (const auto& connection : left) connection->abort();
  state_->logger->warn("{} connections were still busy after the grace period of {} ms and were cut", left.size(),
                       grace.count());
  const bool gone = co_await wait_for_end(abort_deadline);
  if (!gone) state_->logger->error("{} connections do not end", state_->connections.size());
  co_return left.size();
}

asio::awaitable<bool> HttpServer::Implementation::wait_for_end(milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (accepting_ || state_->connections.size() > 0) {
    if (std::chrono::steady_clock::now() >= end) co_return false;
    ended_.expires_at(end);
    co_await ended_.async_wait(as_result);
  }
  co_return true;
}

void HttpServer::Implementation::wake_drain() {
  if (!state_->draining) return;
  asio::post(strand_, [self = shared_from_this()] { self->ended_.cancel(); });
}

HttpServer::HttpServer(const asio::any_io_executor& executor, const ServerOptions& options, TlsContextSource& tls,
                       RequestHandler handler, ServerObserver& observer, std::shared_ptr<spdlog::logger> logger)
    : implementation_(std::make_shared<Implementation>(executor)) {
  implementation_->configure(options, tls, std::move(handler), observer, std::move(logger));
}

HttpServer::~HttpServer() {
  asio::post(implementation_->strand(), [self = implementation_] { self->stop_accepting(); });
}

void HttpServer::start() {
  implementation_->start();
}

tcp::endpoint HttpServer::local_endpoint() const {
  return implementation_->local_endpoint();
}

asio::awaitable<std::size_t> HttpServer::drain(milliseconds grace) {
  return asio::co_spawn(implementation_->strand(), implementation_->drain(grace), asio::use_awaitable);
}

}  // namespace inferno::server
