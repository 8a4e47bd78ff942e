// A range query as the body of a POST to /api/v1/query_range (application/x-www-form-urlencoded), so that no expression
// is too long.
#pragma once

#include <string>

#include "adapter/prometheus/range_query.hpp"

namespace inferno::prometheus {

// `deadline` goes along as `timeout`: Prometheus then stops work that nobody waits for any more.
[[nodiscard]] std::string query_form(const RangeQuery& query, Duration deadline);

}  // namespace inferno::prometheus
