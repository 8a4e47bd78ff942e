// Accepts connections over TLS and gives their requests to a handler, from start() to the end of drain().
//
// No failure to accept ends the listener: it waits a little, longer each time up to a second, and goes on. Everything
// runs on the executor given, each connection on a strand of its own; the executor's context must outlive the server,
// and the certificate source, the observer and what the handler refers to must outlive the last connection, that is
// drain() or the context.
#pragma once

#include <spdlog/fwd.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>

#include "server/http/request_handler.hpp"
#include "server/http/server_observer.hpp"
#include "server/http/server_options.hpp"
#include "server/tls/context_source.hpp"

namespace inferno::server {

class HttpServer {
 public:
  HttpServer(const boost::asio::any_io_executor& executor, const ServerOptions& options, TlsContextSource& tls,
             RequestHandler handler, ServerObserver& observer, std::shared_ptr<spdlog::logger> logger);
  // Stops accepting; connections live on.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;

  // Listens. Throws boost::system::system_error naming the address where that is not possible. Once.
  void start();

  // After start(); with the port that the system chose where the option was 0.
  [[nodiscard]] boost::asio::ip::tcp::endpoint local_endpoint() const;

  // Stops accepting, lets every request that was received be answered, and closes each connection with its last answer;
  // what is still there after `grace` is cut. Returns the number of connections that were.
  boost::asio::awaitable<std::size_t> drain(std::chrono::milliseconds grace);

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace inferno::server
