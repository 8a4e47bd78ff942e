// The refusals of an aggregated metrics server in the words its users know from Kubernetes. Pure.
// Source of the messages: k8s.io/apimachinery/pkg/api/errors and custom-metrics-apiserver/pkg/provider/errors.go.
#pragma once

#include <span>
#include <string_view>

#include "server/api/error.hpp"
#include "server/api/negotiation.hpp"

namespace inferno::server {

[[nodiscard]] ApiError path_not_found();
[[nodiscard]] ApiError method_not_allowed();
// Objects can be told apart by labels only. What a caller may do is judged by the field selector too, so that ignoring
// it would show more than was allowed.
[[nodiscard]] ApiError no_field_selectors();
[[nodiscard]] ApiError not_acceptable(std::span<const MediaType> offers);

// No such metric of `resource` ("variantautoscalings" of "llmd.ai"; the group is empty for core resources), whatever
// the object.
[[nodiscard]] ApiError metric_not_found(std::string_view resource, std::string_view group, std::string_view metric);

// The object does not exist or has no value of this metric.
[[nodiscard]] ApiError metric_not_found_for(std::string_view resource, std::string_view group, std::string_view metric,
                                            std::string_view name);

[[nodiscard]] ApiError external_metric_not_found(std::string_view metric);

}  // namespace inferno::server
