// From the apiVersion and kind that a person wrote to the resource that the API serves them under.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapter/kubernetes/api/api_client.hpp"

namespace inferno::kubernetes {

struct ApiResource {
  std::string group;  // empty for the core group
  std::string version;
  std::string plural;

  bool operator==(const ApiResource&) const = default;

  // "/apis/apps/v1/namespaces/llm/deployments/llama"
  [[nodiscard]] std::string object_path(std::string_view namespace_name, std::string_view name) const;
  // As people and roles call it: "deployments.apps".
  [[nodiscard]] std::string display() const;
};

// The usual scale targets (usual_targets), which need no discovery. Always in the version that the adapter speaks,
// whatever version was written.
[[nodiscard]] std::optional<ApiResource> well_known_resource(std::string_view api_version, std::string_view kind);

// One executor. Remembers what discovery said, for a kind keeps its resource.
class ResourceResolver {
 public:
  // The client must outlive the resolver.
  explicit ResourceResolver(ApiClient& client) : client_(client) {}

  // Fails like a call, and with status 404 where the API has no such kind.
  boost::asio::awaitable<ApiResult<ApiResource>> resolve(std::string api_version, std::string kind);

 private:
  ApiClient& client_;
  std::map<std::pair<std::string, std::string>, ApiResource> found_;
};

}  // namespace inferno::kubernetes
