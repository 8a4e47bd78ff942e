// The Date header of an HTTP answer (RFC 9110, IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT"), to the second.
#pragma once

#include <optional>
#include <string_view>

#include "adapter/common/time.hpp"

namespace inferno::http_client {

[[nodiscard]] std::optional<TimePoint> parse_http_date(std::string_view text);

}  // namespace inferno::http_client
