#include "server/telemetry/http_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace inferno::server {
namespace {

using boost::beast::http::verb;

constexpr std::array counted_verbs{verb::get,   verb::head,    verb::post,   verb::put,
                                   verb::patch, verb::delete_, verb::options};

const prometheus::Histogram::BucketBoundaries& duration_buckets() {
  static const prometheus::Histogram::BucketBoundaries seconds{
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  return seconds;
}

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help,
                             const prometheus::Labels& labels = {}) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

class HttpMetrics::Families {
 public:
  struct Series {
    prometheus::Counter* requests;
    prometheus::Histogram* duration;
  };

  Families(prometheus::Registry& registry, std::vector<std::string> api_groups)
      : in_flight(gauge(registry, "inferno_adapter_http_requests_in_flight",
                        "Requests received and not yet answered in full.")),
        connections(gauge(registry, "inferno_adapter_http_connections", "Open connections.")),
        accepted(counter(registry, "inferno_adapter_http_connections_accepted_total", "Connections accepted.")),
        refused_connections(counter(registry, refusals_name, refusals_help, {{"reason", "connection_limit"}})),
        refused_requests(counter(registry, refusals_name, refusals_help, {{"reason", "requests_in_flight"}})),
        handshake_failures(counter(registry, "inferno_adapter_http_tls_handshake_failures_total",
                                   "Connections that ended before TLS was established.")),
        accept_failures(counter(registry, "inferno_adapter_http_accept_failures_total",
                                "Failures of the system to hand over a connection, such as too many open files.")),
        groups_(std::move(api_groups)),
        requests_(prometheus::BuildCounter()
                      .Name("inferno_adapter_http_requests_total")
                      .Help("Requests answered, by method, status code and API group.")
                      .Register(registry)),
        durations_(prometheus::BuildHistogram()
                       .Name("inferno_adapter_http_request_duration_seconds")
                       .Help("From the complete request to the whole answer handed to the system.")
                       .Register(registry)) {}

  // Looked up in a small table of our own: the library's takes strings.
  Series series_of(const RequestRecord& record) {
    const auto verb_index =
        static_cast<std::size_t>(std::ranges::find(counted_verbs, record.method) - counted_verbs.begin());
    const auto group_index = group_of(record.api_group);
    const std::uint64_t key = (std::uint64_t{record.code} << 32U) | (group_index << 8U) | verb_index;
    const std::lock_guard lock(mutex_);
    if (const auto known = series_.find(key); known != series_.end()) return known->second;
    const prometheus::Labels labels{
        {"verb", verb_name(verb_index)}, {"code", std::to_string(record.code)}, {"group", group_name(group_index)}};
    const Series made{&requests_.Add(labels), &durations_.Add(labels, duration_buckets())};
    return series_.emplace(key, made).first->second;
  }

  prometheus::Gauge& in_flight;
  prometheus::Gauge& connections;
  prometheus::Counter& accepted;
  prometheus::Counter& refused_connections;
  prometheus::Counter& refused_requests;
  prometheus::Counter& handshake_failures;
  prometheus::Counter& accept_failures;

 private:
  static constexpr const char* refusals_name = "inferno_adapter_http_refusals_total";
  static constexpr const char* refusals_help = "What was refused because a limit was reached.";

  // 0: outside /apis; then the served groups; then others.
  [[nodiscard]] std::size_t group_of(std::string_view name) const {
    if (name.empty()) return 0;
    return 1 + static_cast<std::size_t>(std::ranges::find(groups_, name) - groups_.begin());
  }
  [[nodiscard]] std::string group_name(std::size_t index) const {
    if (index == 0) return {};
    return index <= groups_.size() ? groups_[index - 1] : "other";
  }
  [[nodiscard]] static std::string verb_name(std::size_t index) {
    return index < counted_verbs.size() ? std::string(boost::beast::http::to_string(counted_verbs.at(index))) : "other";
  }

  std::vector<std::string> groups_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
  std::mutex mutex_;  // guards series_
  std::unordered_map<std::uint64_t, Series> series_;
};

HttpMetrics::HttpMetrics(prometheus::Registry& registry, std::vector<std::string> api_groups)
    : families_(std::make_unique<Families>(registry, std::move(api_groups))) {}

HttpMetrics::~HttpMetrics() = default;

void HttpMetrics::connection_opened() {
  families_->accepted.Increment();
  families_->connections.Increment();
}

void HttpMetrics::connection_closed() {
  families_->connections.Decrement();
}

void HttpMetrics::refused(Refusal why) {
  auto& counter_of_reason =
      why == Refusal::connection_limit ? families_->refused_connections : families_->refused_requests;
  counter_of_reason.Increment();
}

void HttpMetrics::handshake_failed(const boost::system::error_code& /*error*/) {
  families_->handshake_failures.Increment();
}

void HttpMetrics::accept_failed(const boost::system::error_code& /*error*/) {
  families_->accept_failures.Increment();
}

void HttpMetrics::request_started() {
  families_->in_flight.Increment();
}

void HttpMetrics::request_finished(const RequestRecord& record) {
  families_->in_flight.Decrement();
  const auto series = families_->series_of(record);
  series.requests->Increment();
  series.duration->Observe(std::chrono::duration<double>(record.duration).count());
}

}  // namespace inferno::server
