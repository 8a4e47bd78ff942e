#include "adapter/kubernetes/api/resource_resolver.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "adapter/kubernetes/api_object.hpp"
#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

constexpr Duration discovery_deadline = std::chrono::seconds{3};

ApiFailure no_such_kind(const std::string& api_version, const std::string& kind) {
  return {.kind = ApiFailure::Kind::status,
          .status = 404,
          .reason = "NotFound",
          .message = fmt::format("the API server has no kind {} in {}", kind, api_version),
          .retry_after = {}};
}

// "v1" or "group/version" of characters that cannot lead to another path.
bool is_api_version(std::string_view text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/';
  });
  const std::string_view group = group_of(text);
  const std::string_view version = text.substr(group.empty() ? 0 : group.size() + 1);
  return is_plain && !version.empty() && version.find_first_of("./") == std::string_view::npos &&
         (group.empty() || group.front() != '.');
}

// The plural of the kind in an APIResourceList; empty where it is not there. Subresources have a slash in their name.
std::string_view plural_of(const json& resources, std::string_view kind) {
  const json* list = find_field(resources, {"resources"});
  if (list == nullptr || !list->is_array()) return {};
  for (const json& resource : *list) {
    const std::string_view name = find_text(resource, {"name"});
    if (find_text(resource, {"kind"}) == kind && name.find('/') == std::string_view::npos) return name;
  }
  return {};
}

}  // namespace

std::string ApiResource::object_path(std::string_view namespace_name, std::string_view name) const {
  return fmt::format("{}/{}/namespaces/{}/{}/{}", group.empty() ? "/api" : "/apis/" + group, version, namespace_name,
                     plural, name);
}

std::string ApiResource::display() const {
  return group.empty() ? plural : fmt::format("{}.{}", plural, group);
}

std::optional<ApiResource> well_known_resource(std::string_view api_version, std::string_view kind) {
  for (const UsualTarget& usual : usual_targets) {
    if (usual.kind != kind || usual.group != group_of(api_version)) continue;
    return ApiResource{.group = std::string(usual.group), .version = "v1", .plural = std::string(usual.plural)};
  }
  return std::nullopt;
}

asio::awaitable<ApiResult<ApiResource>> ResourceResolver::resolve(std::string api_version, std::string kind) {
  if (auto known = well_known_resource(api_version, kind)) co_return *std::move(known);
  if (!is_api_version(api_version)) co_return no_such_kind(api_version, kind);
  if (const auto found = found_.find({api_version, kind}); found != found_.end()) co_return found->second;

  const std::string group(group_of(api_version));
  ApiRequest request;
  request.target = (group.empty() ? "/api/" : "/apis/") + api_version;
  request.deadline = discovery_deadline;
  const ApiResult<json> resources = co_await client_.call(std::move(request));
  if (!resources) co_return resources.error();
  const std::string_view plural = plural_of(*resources, kind);
  if (plural.empty()) co_return no_such_kind(api_version, kind);
  ApiResource resource{.group = group,
                       .version = api_version.substr(group.empty() ? 0 : group.size() + 1),
                       .plural = std::string(plural)};
  found_.insert_or_assign({std::move(api_version), std::move(kind)}, resource);
  co_return resource;
}

}  // namespace inferno::kubernetes
