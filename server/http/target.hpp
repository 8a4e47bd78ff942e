// The target of a request line, taken apart. Pure.
//
// Accepted forms: origin (`/path?query`) and absolute (`https://host/path?query`; RFC 9112, 3.2.2). Percent-encoding is
// decoded segment by segment, so that an encoded slash stays inside its segment; dots have no meaning; in the query a
// plus is a space. Empty segments are passed over. A malformed escape and an encoded NUL are errors.
#pragma once

#include <string_view>

#include "server/api/error.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

// Fills `path`, `segments` and `query` of `request`, whatever they held. After an error they are unspecified.
[[nodiscard]] Result<void> parse_target(std::string_view target, Request& request);

}  // namespace inferno::server
