#include "server/http/connection.hpp"

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace inferno::server {

namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<ServerState> server, Admission admission)
    : server_(std::move(server)),
      admission_(admission),
      tls_context_(server_->tls.current()),
      stream_(std::move(socket), *tls_context_),
      deadline_(std::make_shared<Deadline>(stream_.get_executor(), [this] { on_deadline(); })),
      parser_(server_->options.limits) {}

void Connection::start() {
  asio::co_spawn(
      stream_.get_executor(), run(),
      asio::bind_cancellation_slot(
          cancel_.slot(), [self = shared_from_this()](const std::exception_ptr& failure) { self->on_end(failure); }));
}

void Connection::begin_drain() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == Phase::idle) self->deadline_->arm(self->idle_deadline());
  });
}

void Connection::abort() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    self->stream_.next_layer().close(ignored);
    self->cancel_.emit(asio::cancellation_type::terminal);
  });
}

asio::awaitable<void> Connection::run() {
  const bool established = co_await handshake();
  if (!established) co_return;
  bool open = true;
  while (open) {
    const Received received = co_await receive();
    if (received == Received::end) break;
    open = co_await answer(received);
  }
  co_await close();
}

asio::awaitable<bool> Connection::handshake() {
  enter(Phase::handshake, server_->options.deadlines.handshake);
  boost::system::error_code ignored;
  auto& socket = stream_.next_layer();
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  info_.remote = socket.remote_endpoint(ignored);
  const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
  if (error) {
    server_->observer.handshake_failed(error);
    server_->logger->debug("TLS handshake with {} failed: {}", info_.remote.address().to_string(), error.message());
    co_return false;
  }
  info_.peer_certificate = PeerCertificate::of_connection(stream_.native_handle());
  co_return true;
}

asio::awaitable<Connection::Received> Connection::receive() {
  const auto& deadlines = server_->options.deadlines;
  parser_.next();
  if (parser_.has_buffered()) {
    enter(Phase::reading, deadlines.header);
  } else {
    enter(Phase::idle, idle_deadline());
  }
  bool in_body = false;
  for (;;) {
    const auto progress = parser_.parse();
    if (progress == RequestParser::Progress::complete) co_return Received::request;
    if (progress == RequestParser::Progress::failed) co_return Received::unacceptable;
    if (progress == RequestParser::Progress::need_body && !in_body) {
      in_body = true;
      enter(Phase::reading, deadlines.body);
      if (parser_.expects_continue()) {
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto buffer = asio::buffer(go_on);
        const auto [error, size] = co_await asio::async_write(stream_, buffer, as_result);
        if (error) co_return Received::end;
      }
    }
    const auto buffer = parser_.prepare();
    const auto [error, size] = co_await stream_.async_read_some(buffer, as_result);
    if (error) co_return Received::end;
    if (phase_ == Phase::idle) enter(Phase::reading, deadlines.header);
    parser_.commit(size);
  }
}

asio::awaitable<void> Connection::close() {
  auto& socket = stream_.next_layer();
  if (!socket.is_open()) co_return;
  enter(Phase::closing, server_->options.deadlines.closing);
  // Also waits for the client's close_notify. What error it ends with makes no difference.
  const auto [shutdown_error] = co_await stream_.async_shutdown(as_result);
  boost::system::error_code error = shutdown_error;
  socket.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  std::array<char, 4096> discarded;  // NOLINT(cppcoreguidelines-pro-type-member-init): never read
  const auto buffer = asio::buffer(discarded);
  while (!error) {
    const auto [read_error, size] = co_await socket.async_read_some(buffer, as_result);
    error = read_error;
  }
}

void Connection::enter(Phase phase, std::chrono::milliseconds deadline) {
  phase_ = phase;
  deadline_->arm(deadline);
}

std::chrono::milliseconds Connection::idle_deadline() const {
  const auto& deadlines = server_->options.deadlines;
  return server_->draining ? deadlines.drain_idle : deadlines.idle;
}

void Connection::on_deadline() {
  boost::system::error_code ignored;
  auto& socket = stream_.next_layer();
  switch (phase_) {
    case Phase::idle:
      if (socket.available(ignored) > 0) {
        deadline_->arm(server_->options.deadlines.header);  // a request has come after all; its read is about to end
      } else {
        socket.cancel(ignored);  // the read ends, and run() closes in good order
      }
      return;
    case Phase::handling:
      handling_timed_out_ = true;
      cancel_.emit(asio::cancellation_type::terminal);
      return;
    case Phase::handshake:
    case Phase::reading:
    case Phase::writing:
    case Phase::closing:
      socket.close(ignored);
      return;
  }
}

void Connection::on_end(const std::exception_ptr& failure) {
  deadline_->stop();
  boost::system::error_code ignored;
  stream_.next_layer().close(ignored);
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) server_->logger->error("connection ended by: {}", error.what());
  } catch (const std::exception& error) {
    server_->logger->error("connection ended by: {}", error.what());
  }
  --server_->open_connections;
  server_->observer.connection_closed();
  server_->connections.remove(this);
}

// Bytes that a drain still has to look at, wherever they are: parsed into the buffer, decrypted, received, or waiting
// in the system.
bool Connection::more_received() {
  SSL* const tls = stream_.native_handle();
  if (parser_.has_buffered() || SSL_pending(tls) > 0 || BIO_pending(SSL_get_rbio(tls)) > 0) return true;
  boost::system::error_code error;
  return stream_.next_layer().available(error) > 0 && !error;
}

}  // namespace inferno::server
