// The server's own metrics, kept in a prometheus-cpp registry:
//
//   inferno_adapter_http_requests_total{verb,code,group},
//   inferno_adapter_http_request_duration_seconds{verb,code,group}, inferno_adapter_http_requests_in_flight,
//   inferno_adapter_http_connections, inferno_adapter_http_connections_accepted_total,
//   inferno_adapter_http_refusals_total{reason}, inferno_adapter_http_tls_handshake_failures_total,
//   inferno_adapter_http_accept_failures_total
//
// Label values come from closed sets: what a client makes up as method or API group counts as "other". Code 0 is a
// request that the end of a drain cut. Thread safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/http/server_observer.hpp"

namespace prometheus {
class Registry;
}

namespace inferno::server {

class HttpMetrics final : public ServerObserver {
 public:
  // `api_groups`: those that are served. The registry must outlive this object.
  HttpMetrics(::prometheus::Registry& registry, std::vector<std::string> api_groups);
  ~HttpMetrics() override;
  HttpMetrics(const HttpMetrics&) = delete;
  HttpMetrics& operator=(const HttpMetrics&) = delete;
  HttpMetrics(HttpMetrics&&) = delete;
  HttpMetrics& operator=(HttpMetrics&&) = delete;

  void connection_opened() override;
  void connection_closed() override;
  void refused(Refusal why) override;
  void handshake_failed(const boost::system::error_code& error) override;
  void accept_failed(const boost::system::error_code& error) override;
  void request_started() override;
  void request_finished(const RequestRecord& record) override;

 private:
  class Families;
  std::unique_ptr<Families> families_;
};

}  // namespace inferno::server
