// The API client's own telemetry: inferno_adapter_kubernetes_*. Thread safe, as prometheus-cpp is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "adapter/kubernetes/api/api_client.hpp"

namespace prometheus {
class Registry;
}

namespace inferno::kubernetes {

class ApiMetrics {
 public:
  explicit ApiMetrics(::prometheus::Registry& registry);
  ~ApiMetrics();
  ApiMetrics(const ApiMetrics&) = delete;
  ApiMetrics& operator=(const ApiMetrics&) = delete;
  ApiMetrics(ApiMetrics&&) = delete;
  ApiMetrics& operator=(ApiMetrics&&) = delete;

  void count_received(std::size_t bytes);
  void count_connection();

  // One request from here to its end. Where nothing else is said (an exception passes), it was cancelled. How long a
  // watch took says nothing, so it is counted only.
  class Request {
   public:
    enum class Timing : std::uint8_t { measured, open_ended };

    Request(ApiMetrics& metrics, Timing timing);
    ~Request();
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    Request(Request&&) = delete;
    Request& operator=(Request&&) = delete;

    void succeeded();
    void failed(ApiFailure::Kind kind);

   private:
    ApiMetrics& metrics_;
    Timing timing_;
    std::chrono::steady_clock::time_point start_;
    std::size_t outcome_;
  };

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace inferno::kubernetes
