// Percent-encoding (RFC 3986, 2.1). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferno::server {

enum class Plus { is_itself, is_space };

// Appends `text` decoded. Returns the escape that is malformed, before which it stopped; nothing where all is well.
[[nodiscard]] std::optional<std::string_view> append_percent_decoded(std::string& out, std::string_view text,
                                                                     Plus plus = Plus::is_itself);

}  // namespace inferno::server
