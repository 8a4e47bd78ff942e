// A real server in this process: on a port of 127.0.0.1 that the system chose, with a certificate of its own authority
// and two threads. The destructor cuts what still runs.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "server/http/http_server.hpp"
#include "tests/support/http/recording_observer.hpp"
#include "tests/support/tls/certificates.hpp"
#include "tests/support/tls/tls_client.hpp"

namespace inferno::testing {

class RunningServer {
 public:
  struct Setup {
    server::ServerOptions options;  // address and port are set here
    server::TlsPolicy tls;
    std::shared_ptr<server::TlsContextSource> certificate;  // null: one of authority()
    std::shared_ptr<spdlog::logger> logger;                 // null: a silent one
  };

  RunningServer(const Setup& setup, server::RequestHandler handler);
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  RunningServer(RunningServer&&) = delete;
  RunningServer& operator=(RunningServer&&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->local_endpoint().port(); }
  [[nodiscard]] const RecordingObserver& observer() const { return observer_; }
  [[nodiscard]] const CertificateAuthority& authority() const { return authority_; }
  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  // Connected, the handshake done, the server's certificate verified.
  [[nodiscard]] std::unique_ptr<TlsClient> connect(TlsClientOptions options = {}) const;

  // Starts to drain. The future holds the number of connections that were cut.
  [[nodiscard]] std::future<std::size_t> drain(std::chrono::milliseconds grace = std::chrono::seconds(20));

 private:
  CertificateAuthority authority_;
  RecordingObserver observer_;
  std::shared_ptr<server::TlsContextSource> certificate_;
  boost::asio::io_context context_;
  std::unique_ptr<server::HttpServer> server_;
  std::vector<std::thread> threads_;
};

// Answers with "METHOD path body".
[[nodiscard]] server::RequestHandler echo_handler();

[[nodiscard]] server::Response text_response(std::string text);

// A logger that says nothing.
[[nodiscard]] std::shared_ptr<spdlog::logger> silent_logger();

// A logger that writes lines of "level message" to `out`, which must outlive it.
[[nodiscard]] std::shared_ptr<spdlog::logger> logger_to(std::ostringstream& out);

}  // namespace inferno::testing
