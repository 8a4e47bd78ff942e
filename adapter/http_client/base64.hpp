// Base64 (RFC 4648, section 4), with padding. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferno::http_client {

[[nodiscard]] std::string encode_base64(std::string_view bytes);

// Line breaks are skipped, as Go does; nothing where the text is not whole and well-formed.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace inferno::http_client
