// HorizontalPodAutoscaler of the API group autoscaling, read as its version v2 (which the API server converts to).
// Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "adapter/common/parse_result.hpp"
#include "adapter/kubernetes/api_object.hpp"

namespace inferno::kubernetes {

// spec.maxReplicas and spec.scaleTargetRef.name must be there; spec.minReplicas is 1 where absent, kind and apiVersion
// of the target are filled in as for a VariantAutoscaling.
[[nodiscard]] ParseResult<AutoscalerObject> parse_autoscaler(const nlohmann::json& object);

// A Kubernetes quantity: "0.05", "50m", "1e-2", "1Ki". Nothing for any other text.
[[nodiscard]] std::optional<double> parse_quantity(std::string_view text);

}  // namespace inferno::kubernetes
