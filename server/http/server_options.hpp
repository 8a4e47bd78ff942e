// Where the server listens and how much of itself it gives to any one client.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace inferno::server {

// Beyond one: 431, 414 or 413, and the connection closes.
struct RequestLimits {
  std::size_t header_bytes = std::size_t{32} << 10U;  // request line and header fields
  std::size_t target_bytes = std::size_t{16} << 10U;
  std::size_t body_bytes = std::size_t{64} << 10U;
};

// A deadline that passes closes the connection without an answer, for the client isn't reading or isn't talking;
// only `handling`, where the fault is ours, is answered (504).
struct ServerDeadlines {
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds idle{120'000};   // above Go's 90 s, so that the client is the one to close
  std::chrono::milliseconds header{10'000};  // from a request's first byte
  std::chrono::milliseconds body{10'000};    // from the end of its header
  std::chrono::milliseconds handling{30'000};
  std::chrono::milliseconds write{30'000};    // one whole answer
  std::chrono::milliseconds closing{2'000};   // for the client to take the last answer and close its side
  std::chrono::milliseconds drain_idle{250};  // an idle connection waits this long for a request that may be on its way
};

struct ServerOptions {
  std::string bind_address = "0.0.0.0";  // "::" serves both families
  std::uint16_t port = 6443;             // 0: the system chooses

  // Beyond this many connections a request is answered 503, health paths as ever, and the connection closes; beyond
  // connections_refused_politely more, it closes at once, before TLS.
  std::size_t max_connections = 1024;
  std::size_t connections_refused_politely = 64;

  // Beyond this many requests that are being handled: 429 with Retry-After. Health paths are exempt.
  std::size_t max_requests_in_flight = 400;

  RequestLimits limits;
  ServerDeadlines deadlines;

  // Smaller bodies are sent as they are: the CPU time of both sides would cost more than the bytes.
  std::size_t gzip_threshold_bytes = std::size_t{16} << 10U;
};

}  // namespace inferno::server
