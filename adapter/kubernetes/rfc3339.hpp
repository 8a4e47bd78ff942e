// Times as Kubernetes writes them: metav1.Time and MicroTime, RFC 3339. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "adapter/common/time.hpp"

namespace inferno::kubernetes {

// "2025-01-31T12:00:00Z", "2025-01-31T12:00:00.5+02:00"; beyond milliseconds digits are cut off. Nothing for any other
// text.
[[nodiscard]] std::optional<TimePoint> parse_rfc3339(std::string_view text);

}  // namespace inferno::kubernetes
