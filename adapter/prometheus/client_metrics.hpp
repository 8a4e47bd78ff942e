// The Prometheus client's own telemetry. Thread safe, as prometheus-cpp is.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "adapter/prometheus/range_query.hpp"

namespace prometheus {
class Registry;
}

namespace inferno::prometheus {

class ClientMetrics {
 public:
  explicit ClientMetrics(::prometheus::Registry& registry);
  ~ClientMetrics();
  ClientMetrics(const ClientMetrics&) = delete;
  ClientMetrics& operator=(const ClientMetrics&) = delete;
  ClientMetrics(ClientMetrics&&) = delete;
  ClientMetrics& operator=(ClientMetrics&&) = delete;

  void count_received(std::size_t bytes);
  void count_connection();

  // One query from here to its end. Where nothing else is said (an exception passes), it was cancelled.
  class Query {
   public:
    explicit Query(ClientMetrics& metrics);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query(Query&&) = delete;
    Query& operator=(Query&&) = delete;

    void succeeded();
    void failed(QueryErrorKind kind);

   private:
    ClientMetrics& metrics_;
    std::chrono::steady_clock::time_point start_;
    std::size_t outcome_;
  };

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace inferno::prometheus
