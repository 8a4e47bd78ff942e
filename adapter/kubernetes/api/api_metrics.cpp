#include "adapter/kubernetes/api/api_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <vector>

namespace inferno::kubernetes {
namespace {

constexpr std::size_t success = 0;
constexpr std::size_t cancelled = 5;
// Position = ApiFailure::Kind, but for the two above.
constexpr std::array outcomes = {"success", "unreachable", "timeout", "malformed", "http_status", "cancelled"};
static_assert(static_cast<std::size_t>(ApiFailure::Kind::status) + 1 == cancelled);

}  // namespace

struct ApiMetrics::Series {
  explicit Series(::prometheus::Registry& registry)
      : duration(::prometheus::BuildHistogram()
                     .Name("inferno_adapter_kubernetes_request_duration_seconds")
                     .Help("Time from a request to the Kubernetes API to the end of its answer, watches left out.")
                     .Register(registry)
                     .Add({}, ::prometheus::Histogram::BucketBoundaries{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                                                                        2.5, 5, 10, 30})),
        received(::prometheus::BuildCounter()
                     .Name("inferno_adapter_kubernetes_response_bytes_total")
                     .Help("Bytes of answer bodies received from the Kubernetes API, as sent (compressed or not).")
                     .Register(registry)
                     .Add({})),
        connections(::prometheus::BuildCounter()
                        .Name("inferno_adapter_kubernetes_connections_total")
                        .Help("Connections opened to the Kubernetes API.")
                        .Register(registry)
                        .Add({})) {
    auto& family = ::prometheus::BuildCounter()
                       .Name("inferno_adapter_kubernetes_requests_total")
                       .Help("Requests to the Kubernetes API that have ended, by outcome.")
                       .Register(registry);
    for (const char* outcome : outcomes) requests.push_back(&family.Add({{"outcome", outcome}}));
  }

  std::vector<::prometheus::Counter*> requests;
  ::prometheus::Histogram& duration;
  ::prometheus::Counter& received;
  ::prometheus::Counter& connections;
};

ApiMetrics::ApiMetrics(::prometheus::Registry& registry) : series_(std::make_unique<Series>(registry)) {}
ApiMetrics::~ApiMetrics() = default;

void ApiMetrics::count_received(std::size_t bytes) {
  series_->received.Increment(static_cast<double>(bytes));
}
void ApiMetrics::count_connection() {
  series_->connections.Increment();
}

ApiMetrics::Request::Request(ApiMetrics& metrics, Timing timing)
    : metrics_(metrics), timing_(timing), start_(std::chrono::steady_clock::now()), outcome_(cancelled) {}

ApiMetrics::Request::~Request() {
  if (timing_ == Timing::measured) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    metrics_.series_->duration.Observe(elapsed.count());
  }
  metrics_.series_->requests.at(outcome_)->Increment();
}

void ApiMetrics::Request::succeeded() {
  outcome_ = success;
}
void ApiMetrics::Request::failed(ApiFailure::Kind kind) {
  outcome_ = static_cast<std::size_t>(kind);
}

}  // namespace inferno::kubernetes
