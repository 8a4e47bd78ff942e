// Discovery documents, as JSON and protobuf. Pure. Source: k8s.io/apimachinery/pkg/apis/meta/v1 and
// k8s.io/api/apidiscovery.
#pragma once

#include <span>

#include "server/api/document.hpp"
#include "server/api/served_api.hpp"

namespace inferno::server {

// /apis: APIGroupList, or in one go everything there is to discover (APIGroupDiscoveryList v2 and v2beta1) for those
// who ask.
[[nodiscard]] Document group_list_document(std::span<const ServedGroup> groups);

// /apis/{group}: APIGroup.
[[nodiscard]] Document group_document(const ServedGroup& group);

// /apis/{group}/{version}: APIResourceList.
[[nodiscard]] Document resource_list_document(const ServedGroup& group, const ServedVersion& version);

}  // namespace inferno::server
