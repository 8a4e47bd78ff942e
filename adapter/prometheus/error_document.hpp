// What a Prometheus error document ({"status":"error","errorType":...,"error":...}) means to the adapter.
#pragma once

#include <string>
#include <string_view>

#include "adapter/prometheus/range_query.hpp"

namespace inferno::prometheus {

// Tells "ask for less" (too_many_samples) and "it took too long there" (timeout) from the rest (rejected). Knows the
// wording of Prometheus, Thanos, Mimir, Cortex and VictoriaMetrics, since their error types don't tell.
[[nodiscard]] QueryError error_from_document(std::string_view error_type, std::string_view message);

}  // namespace inferno::prometheus
