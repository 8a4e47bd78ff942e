// The types of our answers as OpenAPI schemas, under the names Kubernetes gives them. Pure.
// Source: types.go of k8s.io/metrics/pkg/apis, k8s.io/api/core/v1 and k8s.io/apimachinery/pkg/apis/meta/v1.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "server/api/served_api.hpp"

namespace inferno::server {

using OpenApiJson = nlohmann::ordered_json;

// Name of the schema of an answer, e.g. io.k8s.metrics.pkg.apis.custom_metrics.v1beta2.MetricValueList.
[[nodiscard]] std::string answer_schema_name(const ServedGroup& group, const ServedVersion& version);

inline constexpr std::string_view resource_list_schema_name = "io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList";
inline constexpr std::string_view group_schema_name = "io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup";
inline constexpr std::string_view group_list_schema_name = "io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList";

// Schemas of discovery itself. `reference_prefix` is where references point: "#/definitions/" or
// "#/components/schemas/".
void add_discovery_schemas(OpenApiJson& schemas, std::string_view reference_prefix);

// Schemas of the answers of one group and version, with those that they refer to.
void add_answer_schemas(OpenApiJson& schemas, const ServedGroup& group, const ServedVersion& version,
                        std::string_view reference_prefix);

}  // namespace inferno::server
