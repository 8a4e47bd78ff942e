// One client's connection: TLS handshake, then request after request, each answered before the next is looked at, so
// pipelined ones are answered in order. Lives on its strand, which the socket's executor must be; begin_drain() and
// abort() may be called from anywhere.
//
// Every step has its deadline (ServerDeadlines). A connection that ends does so politely where the client can still
// listen: close_notify, then the sending side, then it waits for the client to finish, because closing with bytes
// unread would make the system take the last answer back (RFC 9112, 9.6).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <exception>
#include <memory>
#include <string>

#include "server/http/deadline.hpp"
#include "server/http/request_handler.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/server_state.hpp"

namespace inferno::server {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Within the limit, or beyond it: then one answer that says so, and the end.
  enum class Admission { regular, over_limit };

  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerState> server, Admission admission);

  void start();

  // Answers what has been received and closes.
  void begin_drain();

  // Closes now and cancels the handler, if one runs.
  void abort();

 private:
  enum class Phase { handshake, idle, reading, handling, writing, closing };
  enum class Received { request, unacceptable, end };

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<bool> handshake();
  boost::asio::awaitable<Received> receive();
  boost::asio::awaitable<bool> answer(Received received);
  boost::asio::awaitable<Response> respond();
  boost::asio::awaitable<bool> send(const Response& response, bool last);
  boost::asio::awaitable<std::string> compress(std::string_view body);
  boost::asio::awaitable<void> close();

  void enter(Phase phase, std::chrono::milliseconds deadline);
  [[nodiscard]] std::chrono::milliseconds idle_deadline() const;
  void on_deadline();
  void on_end(const std::exception_ptr& failure);
  [[nodiscard]] bool more_received();
  [[nodiscard]] bool accepts_gzipped_answer() const;
  [[nodiscard]] Response after_failure(const std::exception_ptr& failure) const;
  void log_access(const Response& response, std::chrono::nanoseconds duration) const;

  std::shared_ptr<ServerState> server_;
  Admission admission_;
  std::shared_ptr<boost::asio::ssl::context> tls_context_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  std::shared_ptr<Deadline> deadline_;
  boost::asio::cancellation_signal cancel_;
  ConnectionInfo info_;
  RequestParser parser_;
  Request request_;
  std::string target_;  // as sent; kept for the access log only
  std::string out_;
  Phase phase_ = Phase::handshake;
  bool handling_timed_out_ = false;
};

}  // namespace inferno::server
