// Aggregated discovery: all groups, versions and resources in one document. Pure.
// Source: k8s.io/api/apidiscovery/v2/types.go and k8s.io/apiserver/pkg/endpoints (ConvertGroupVersionIntoToDiscovery).
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "server/api/negotiation.hpp"
#include "server/api/served_api.hpp"

namespace inferno::server {

inline constexpr std::array aggregated_discovery_media_types{
    MediaType{.subtype = "json", .as = "APIGroupDiscoveryList", .group = "apidiscovery.k8s.io", .version = "v2"},
    MediaType{.subtype = "json", .as = "APIGroupDiscoveryList", .group = "apidiscovery.k8s.io", .version = "v2beta1"}};

// APIGroupDiscoveryList of apidiscovery.k8s.io/`version`; v2 and v2beta1 have the same fields.
[[nodiscard]] std::string aggregated_discovery_json(std::span<const ServedGroup> groups, std::string_view version);

}  // namespace inferno::server
