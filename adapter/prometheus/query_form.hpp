// A range query as the body of a POST to /api/v1/query_range (application/x-www-form-urlencoded), so that no expression
// is too long.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapter/prometheus/range_query.hpp"

namespace inferno::prometheus {

using Arguments = std::vector<std::pair<std::string, std::string>>;

// By which other backends answer as Prometheus does. It, and most others, ignore what they don't know.
//   latency_offset: VictoriaMetrics leaves out what is younger than its -search.latencyOffset, 30 s, or repeats an
//     older value in its place. The least that it takes: the signals' own settle time is the delay that is wanted.
//   nocache: VictoriaMetrics would move the times of an answer of 50 steps or more, to make it fit its cache.
//   partial_response: Thanos would answer with what it could reach, and a warning.
[[nodiscard]] const Arguments& backend_arguments();

// "a=b&c=d", percent-encoded; empty where there are none.
[[nodiscard]] std::string encode_arguments(const Arguments& arguments);

// `deadline` goes along as `timeout`: Prometheus then stops work that nobody waits for any more.
[[nodiscard]] std::string query_form(const RangeQuery& query, Duration deadline, const Arguments& more = {});

}  // namespace inferno::prometheus
