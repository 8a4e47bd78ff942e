// The Kubernetes API over HTTP/1.1 on kept-alive connections, as http_client/http_client.hpp has it. Answers may come
// compressed. A message names the server, never a credential. Telemetry: inferno_adapter_kubernetes_* in the registry.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>

#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/api/cluster_access.hpp"

namespace prometheus {
class Registry;
}

namespace inferno::kubernetes {

struct HttpApiClientOptions {
  std::size_t max_body_bytes = std::size_t{16} << 20;  // of what call() takes; a stream has no limit but its sink's
  std::size_t max_connections = 128;                   // each watch has one for itself
};

class HttpApiClient final : public ApiClient {
 public:
  // `executor` is the one that calls are awaited on, a strand where several threads run it.
  HttpApiClient(const boost::asio::any_io_executor& executor, const ClusterAccess& access,
                ::prometheus::Registry& registry, HttpApiClientOptions options = {});

  // Calls in progress go on; the registry must outlive them.
  ~HttpApiClient() override;
  HttpApiClient(const HttpApiClient&) = delete;
  HttpApiClient& operator=(const HttpApiClient&) = delete;
  HttpApiClient(HttpApiClient&&) = delete;
  HttpApiClient& operator=(HttpApiClient&&) = delete;

  boost::asio::awaitable<ApiResult<nlohmann::json>> call(ApiRequest request) override;
  boost::asio::awaitable<ApiResult<void>> stream(ApiRequest request, ByteSink& sink) override;

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace inferno::kubernetes
