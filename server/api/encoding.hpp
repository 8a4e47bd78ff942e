// The two encodings that every Kubernetes object of this server is served in, and the choice between them.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <string_view>

#include "server/api/error.hpp"

namespace inferno::server {

enum class Encoding { json, protobuf };

[[nodiscard]] std::string_view content_type(Encoding encoding);

// What the request's Accept lines ask for; NotAcceptable where that is neither.
[[nodiscard]] Result<Encoding> negotiate_encoding(const boost::beast::http::fields& headers);

}  // namespace inferno::server
