// Percent-encoding (RFC 3986) of a value in a query or form: all but unreserved characters. Pure.
#pragma once

#include <string>
#include <string_view>

namespace inferno::http_client {

[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace inferno::http_client
