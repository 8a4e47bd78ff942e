// A client's own telemetry: inferno_adapter_<name>_requests_total by outcome, _request_duration_seconds,
// _requests_in_flight, _response_bytes_total and _connections_total. Thread safe, as prometheus-cpp is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace prometheus {
class Registry;
}

namespace inferno::http_client {

class ClientMetrics {
 public:
  struct Names {
    std::string_view name;                       // "prometheus"
    std::string_view server;                     // in help texts: "Prometheus"
    std::span<const std::string_view> failures;  // outcomes besides success and cancelled, as failed() numbers them
  };

  // Clients of the same names share their series.
  ClientMetrics(::prometheus::Registry& registry, const Names& names);
  ~ClientMetrics();
  ClientMetrics(const ClientMetrics&) = delete;
  ClientMetrics& operator=(const ClientMetrics&) = delete;
  ClientMetrics(ClientMetrics&&) = delete;
  ClientMetrics& operator=(ClientMetrics&&) = delete;

  void count_received(std::size_t bytes);
  void count_connection();

  // One request from here to its end. Where nothing else is said (an exception passes), it was cancelled. How long an
  // answer without an end took, such as a watch, says nothing, so it is counted only.
  class Request {
   public:
    enum class Timing : std::uint8_t { measured, open_ended };

    explicit Request(ClientMetrics& metrics, Timing timing = Timing::measured);
    ~Request();
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    Request(Request&&) = delete;
    Request& operator=(Request&&) = delete;

    void succeeded();
    // The position in Names::failures, counted from 1, as enumerations of failures begin.
    template <class Kind>
    void failed(Kind kind) {
      outcome_ = static_cast<std::size_t>(kind);
    }

   private:
    ClientMetrics& metrics_;
    Timing timing_;
    std::chrono::steady_clock::time_point start_;
    std::size_t outcome_;
  };

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace inferno::http_client
