#include "adapter/http_client/client_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>
#include <vector>

namespace inferno::http_client {
namespace {

constexpr std::size_t success = 0;

class Naming {
 public:
  explicit Naming(const ClientMetrics::Names& names)
      : prefix_("inferno_adapter_" + std::string(names.name) + "_"), server_(names.server) {}

  [[nodiscard]] std::string name(const char* suffix) const { return prefix_ + suffix; }
  [[nodiscard]] std::string help(const char* before, const char* after) const { return before + server_ + after; }

 private:
  std::string prefix_;
  std::string server_;
};

}  // namespace

struct ClientMetrics::Series {
  Series(::prometheus::Registry& registry, const Names& names) : Series(registry, names, Naming(names)) {}

  Series(::prometheus::Registry& registry, const Names& names, const Naming& naming)
      : duration(::prometheus::BuildHistogram()
                     .Name(naming.name("request_duration_seconds"))
                     .Help(naming.help("Time from a request to ", " to the end of its answer, watches left out."))
                     .Register(registry)
                     .Add({}, ::prometheus::Histogram::BucketBoundaries{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                                                                        2.5, 5, 10, 30})),
        received(::prometheus::BuildCounter()
                     .Name(naming.name("response_bytes_total"))
                     .Help(naming.help("Bytes of answer bodies received from ", ", as sent (compressed or not)."))
                     .Register(registry)
                     .Add({})),
        connections(::prometheus::BuildCounter()
                        .Name(naming.name("connections_total"))
                        .Help(naming.help("Connections opened to ", "."))
                        .Register(registry)
                        .Add({})),
        in_flight(::prometheus::BuildGauge()
                      .Name(naming.name("requests_in_flight"))
                      .Help(naming.help("Requests to ", " whose answer is not complete."))
                      .Register(registry)
                      .Add({})) {
    auto& family = ::prometheus::BuildCounter()
                       .Name(naming.name("requests_total"))
                       .Help(naming.help("Requests to ", " that have ended, by outcome."))
                       .Register(registry);
    requests.push_back(&family.Add({{"outcome", "success"}}));
    for (const std::string_view failure : names.failures)
      requests.push_back(&family.Add({{"outcome", std::string(failure)}}));
    requests.push_back(&family.Add({{"outcome", "cancelled"}}));
  }

  std::vector<::prometheus::Counter*> requests;  // by outcome: success, the failures, cancelled
  ::prometheus::Histogram& duration;
  ::prometheus::Counter& received;
  ::prometheus::Counter& connections;
  ::prometheus::Gauge& in_flight;
};

ClientMetrics::ClientMetrics(::prometheus::Registry& registry, const Names& names)
    : series_(std::make_unique<Series>(registry, names)) {}
ClientMetrics::~ClientMetrics() = default;

void ClientMetrics::count_received(std::size_t bytes) {
  series_->received.Increment(static_cast<double>(bytes));
}
void ClientMetrics::count_connection() {
  series_->connections.Increment();
}

ClientMetrics::Request::Request(ClientMetrics& metrics, Timing timing)
    : metrics_(metrics),
      timing_(timing),
      start_(std::chrono::steady_clock::now()),
      outcome_(metrics.series_->requests.size() - 1) {
  metrics_.series_->in_flight.Increment();
}

ClientMetrics::Request::~Request() {
  if (timing_ == Timing::measured) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    metrics_.series_->duration.Observe(elapsed.count());
  }
  metrics_.series_->requests.at(outcome_)->Increment();
  metrics_.series_->in_flight.Decrement();
}

void ClientMetrics::Request::succeeded() {
  outcome_ = success;
}

}  // namespace inferno::http_client
