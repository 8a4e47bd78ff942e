#include "server/api/aggregated_discovery.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace inferno::server {
namespace {

using Json = nlohmann::ordered_json;

// A slash in the name makes a subresource. Its parent has no kind of its own, but clients of 1.26 need the field.
Json resources_json(const ServedGroup& group, const ServedVersion& version) {
  const Json kind{{"group", group.name}, {"version", version.version}, {"kind", version.kind}};
  Json resources = Json::array();
  for (const std::string& name : version.resources) {
    const std::size_t slash = name.find('/');
    const std::string parent = name.substr(0, slash);
    auto entry = std::ranges::find_if(resources, [&](const Json& resource) { return resource["resource"] == parent; });
    if (entry == resources.end()) {
      const bool whole = slash == std::string::npos;
      resources.push_back({{"resource", parent},
                           {"responseKind", whole ? kind : Json{{"group", ""}, {"version", ""}, {"kind", ""}}},
                           {"scope", "Namespaced"},
                           {"singularResource", ""},
                           {"verbs", whole ? Json::array({"get"}) : Json::array()}});
      entry = std::prev(resources.end());
    }
    if (slash != std::string::npos) {
      (*entry)["subresources"].push_back(
          {{"subresource", name.substr(slash + 1)}, {"responseKind", kind}, {"verbs", Json::array({"get"})}});
    }
  }
  return resources;
}

}  // namespace

std::string aggregated_discovery_json(std::span<const ServedGroup> groups, std::string_view version) {
  Json items = Json::array();
  for (const ServedGroup& group : groups) {
    Json versions = Json::array();
    for (const ServedVersion& served : group.versions) {
      versions.push_back(
          {{"version", served.version}, {"resources", resources_json(group, served)}, {"freshness", "Current"}});
    }
    items.push_back({{"metadata", {{"name", group.name}}}, {"versions", versions}});
  }
  const Json list{{"kind", "APIGroupDiscoveryList"},
                  {"apiVersion", "apidiscovery.k8s.io/" + std::string(version)},
                  {"metadata", Json::object()},
                  {"items", items}};
  return list.dump();
}

}  // namespace inferno::server
