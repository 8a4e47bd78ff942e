// Status line and header of an answer, as text. Bodies always have a Content-Length; nothing is chunked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace inferno::server {

struct ResponseFraming {
  std::size_t content_length = 0;     // of the body as sent; to HEAD, as GET would send it
  std::string_view content_encoding;  // empty: none
  bool vary_by_encoding = false;      // another Accept-Encoding might have got another body
  bool close = false;                 // the last answer of its connection
  bool http_1_0 = false;              // for which staying open must be said
};

// Appends up to and with the empty line. Thread safe.
void append_response_head(std::string& out, const Response& response, const ResponseFraming& framing);

}  // namespace inferno::server
