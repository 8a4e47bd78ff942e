// The bearer token of a request (RFC 6750, 2.1).
#pragma once

#include <boost/beast/http/fields.hpp>
#include <string_view>

namespace inferno::server {

// Empty where there is none: another scheme than Bearer, or nothing after it. A view into the headers.
[[nodiscard]] std::string_view bearer_token(const boost::beast::http::fields& headers);

}  // namespace inferno::server
