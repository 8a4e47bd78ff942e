// Validators of prepared documents (RFC 9110, 8.8.3). Pure.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <string>
#include <string_view>

namespace inferno::server {

// SHA-256 in upper case hexadecimal digits.
[[nodiscard]] std::string content_hash(std::string_view content);

// Whether the If-None-Match lines name `tag` (with its quotes) or `*`: the client has the document (weak comparison).
[[nodiscard]] bool none_match_names(const boost::beast::http::fields& headers, std::string_view tag);

}  // namespace inferno::server
