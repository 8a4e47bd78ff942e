// Finds gateways through the InferencePools (Gateway API inference extension) of the cluster: each names its endpoint
// picker, a Service in its own namespace, which serves metrics on port 9090 by convention.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/wake/gateway_client.hpp"

namespace inferno::wake {

// The endpoint pickers that a list of InferencePools names, of either group: spec.endpointPickerRef
// (inference.networking.k8s.io/v1) or spec.extensionRef (inference.networking.x-k8s.io/v1alpha2). References to
// anything but a Service are left out. Pure.
[[nodiscard]] std::set<GatewayEndpoint> endpoint_pickers(const nlohmann::json& pools);

class InferencePools {
 public:
  // The client must outlive this. `watch_namespace`: only its pools; all where empty.
  InferencePools(kubernetes::ApiClient& client, std::string watch_namespace)
      : client_(client), watch_namespace_(std::move(watch_namespace)) {}

  // Of both groups; one that is not installed has none. Fails where either cannot be listed.
  boost::asio::awaitable<kubernetes::ApiResult<std::set<GatewayEndpoint>>> find();

 private:
  kubernetes::ApiClient& client_;
  std::string watch_namespace_;
};

}  // namespace inferno::wake
