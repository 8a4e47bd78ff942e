// Times as metav1.Time travels: whole seconds, rounded down. Pure.
#pragma once

#include <chrono>
#include <string>

#include "server/api/metrics_provider.hpp"

namespace inferno::server {

[[nodiscard]] std::chrono::sys_seconds to_seconds(MetricTime time);

// RFC 3339 in UTC, e.g. 2026-01-31T23:59:59Z.
[[nodiscard]] std::string to_rfc3339(MetricTime time);

}  // namespace inferno::server
