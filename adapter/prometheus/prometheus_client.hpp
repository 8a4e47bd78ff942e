// Range queries over HTTP/1.1, plain or TLS, on kept-alive connections.
//
// One deadline covers everything a call does: its place in line, name resolution, connecting, TLS, sending and
// receiving. The answer is parsed as it arrives, so memory does not grow with its size. A request that found its
// kept-alive connection closed is sent once more on a new one; nothing else is retried. Redirects are errors. No
// credential appears in a message. Telemetry: inferno_adapter_prometheus_* in the registry.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "adapter/prometheus/client_options.hpp"
#include "adapter/prometheus/range_query.hpp"

namespace prometheus {
class Registry;
}

namespace inferno::prometheus {

class PrometheusClient final : public RangeQueryClient {
 public:
  // `executor` is the one that query_range is awaited on, a strand where several threads run it. Throws
  // std::invalid_argument where validate(options) reports a problem.
  PrometheusClient(const boost::asio::any_io_executor& executor, const PrometheusClientOptions& options,
                   ::prometheus::Registry& registry);

  // Calls in progress go on; the registry must outlive them.
  ~PrometheusClient() override;
  PrometheusClient(const PrometheusClient&) = delete;
  PrometheusClient& operator=(const PrometheusClient&) = delete;
  PrometheusClient(PrometheusClient&&) = delete;
  PrometheusClient& operator=(PrometheusClient&&) = delete;

  boost::asio::awaitable<QueryResult<QueryReport>> query_range(const RangeQuery& query,
                                                               SeriesVisitor& visitor) override;

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace inferno::prometheus
