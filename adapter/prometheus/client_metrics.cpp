#include "adapter/prometheus/client_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <vector>

namespace inferno::prometheus {
namespace {

constexpr std::size_t success = 0;
constexpr std::size_t cancelled = 8;
// Position = QueryErrorKind, but for the two above.
constexpr std::array outcomes = {"success",          "unreachable", "timeout",   "http_status", "rejected",
                                 "too_many_samples", "too_large",   "malformed", "cancelled"};
static_assert(static_cast<std::size_t>(QueryErrorKind::malformed) + 1 == cancelled);

}  // namespace

struct ClientMetrics::Series {
  explicit Series(::prometheus::Registry& registry)
      : duration(::prometheus::BuildHistogram()
                     .Name("inferno_adapter_prometheus_request_duration_seconds")
                     .Help("Time from a query to the end of its answer.")
                     .Register(registry)
                     .Add({}, ::prometheus::Histogram::BucketBoundaries{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                                                                        2.5, 5, 10, 30})),
        received(::prometheus::BuildCounter()
                     .Name("inferno_adapter_prometheus_response_bytes_total")
                     .Help("Bytes of answer bodies received from Prometheus, as sent (compressed or not).")
                     .Register(registry)
                     .Add({})),
        connections(::prometheus::BuildCounter()
                        .Name("inferno_adapter_prometheus_connections_total")
                        .Help("Connections opened to Prometheus.")
                        .Register(registry)
                        .Add({})),
        in_flight(::prometheus::BuildGauge()
                      .Name("inferno_adapter_prometheus_requests_in_flight")
                      .Help("Queries to Prometheus whose answer is not complete.")
                      .Register(registry)
                      .Add({})) {
    auto& family = ::prometheus::BuildCounter()
                       .Name("inferno_adapter_prometheus_requests_total")
                       .Help("Queries to Prometheus by outcome.")
                       .Register(registry);
    for (const char* outcome : outcomes) requests.push_back(&family.Add({{"outcome", outcome}}));
  }

  std::vector<::prometheus::Counter*> requests;
  ::prometheus::Histogram& duration;
  ::prometheus::Counter& received;
  ::prometheus::Counter& connections;
  ::prometheus::Gauge& in_flight;
};

ClientMetrics::ClientMetrics(::prometheus::Registry& registry) : series_(std::make_unique<Series>(registry)) {}
ClientMetrics::~ClientMetrics() = default;

void ClientMetrics::count_received(std::size_t bytes) {
  series_->received.Increment(static_cast<double>(bytes));
}
void ClientMetrics::count_connection() {
  series_->connections.Increment();
}

ClientMetrics::Query::Query(ClientMetrics& metrics)
    : metrics_(metrics), start_(std::chrono::steady_clock::now()), outcome_(cancelled) {
  metrics_.series_->in_flight.Increment();
}

ClientMetrics::Query::~Query() {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  metrics_.series_->duration.Observe(elapsed.count());
  metrics_.series_->requests.at(outcome_)->Increment();
  metrics_.series_->in_flight.Decrement();
}

void ClientMetrics::Query::succeeded() {
  outcome_ = success;
}
void ClientMetrics::Query::failed(QueryErrorKind kind) {
  outcome_ = static_cast<std::size_t>(kind);
}

}  // namespace inferno::prometheus
