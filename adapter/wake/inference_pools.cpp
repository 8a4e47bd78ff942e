#include "adapter/wake/inference_pools.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "adapter/kubernetes/json_field.hpp"

namespace inferno::wake {

namespace asio = boost::asio;
using kubernetes::find_field;
using kubernetes::find_text;
using nlohmann::json;

namespace {

// As the API server demands of a Service's name. What a reference says is not checked by everyone, and a name with
// other characters could lead elsewhere.
bool is_service_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

std::set<GatewayEndpoint> endpoint_pickers(const json& pools) {
  std::set<GatewayEndpoint> endpoints;
  const json* items = find_field(pools, {"items"});
  if (items == nullptr || !items->is_array()) return endpoints;
  for (const json& pool : *items) {
    const std::string_view namespace_name = find_text(pool, {"metadata", "namespace"});
    for (const char* field : {"endpointPickerRef", "extensionRef"}) {
      const std::string_view kind = find_text(pool, {"spec", field, "kind"});
      const std::string_view name = find_text(pool, {"spec", field, "name"});
      const bool is_service = (kind.empty() || kind == "Service") && find_text(pool, {"spec", field, "group"}).empty();
      if (namespace_name.empty() || !is_service || !is_service_name(name)) continue;
      endpoints.insert({.url = fmt::format("http://{}.{}.svc:9090/metrics", name, namespace_name),
                        .namespace_name = std::string(namespace_name)});
    }
  }
  return endpoints;
}

asio::awaitable<kubernetes::ApiResult<std::set<GatewayEndpoint>>> InferencePools::find() {
  constexpr std::array groups = {"inference.networking.k8s.io/v1", "inference.networking.x-k8s.io/v1alpha2"};
  std::set<GatewayEndpoint> endpoints;
  for (const char* group : groups) {
    const std::string scope = watch_namespace_.empty() ? "" : fmt::format("/namespaces/{}", watch_namespace_);
    kubernetes::ApiRequest request;
    request.target = fmt::format("/apis/{}{}/inferencepools", group, scope);
    const kubernetes::ApiResult<json> pools = co_await client_.call(std::move(request));
    if (pools) {
      endpoints.merge(endpoint_pickers(*pools));
    } else if (pools.error().status != 404) {
      co_return pools.error();
    }
  }
  co_return endpoints;
}

}  // namespace inferno::wake
