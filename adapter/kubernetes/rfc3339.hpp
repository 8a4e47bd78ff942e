// Times as Kubernetes writes them: metav1.Time and MicroTime, RFC 3339. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapter/common/time.hpp"

namespace inferno::kubernetes {

// "2025-01-31T12:00:00Z", "2025-01-31T12:00:00.5+02:00"; beyond milliseconds digits are cut off. Nothing for any other
// text.
[[nodiscard]] std::optional<TimePoint> parse_rfc3339(std::string_view text);

// As metav1.Time is written: whole seconds, rounded down, in UTC: "2025-01-31T12:00:00Z".
[[nodiscard]] std::string format_time_field(TimePoint time);
// As metav1.MicroTime is written, which must have six digits: "2025-01-31T12:00:00.250000Z".
[[nodiscard]] std::string format_micro_time_field(TimePoint time);

}  // namespace inferno::kubernetes
