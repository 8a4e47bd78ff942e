// Writes JSON strings (RFC 8259) straight into a buffer: the answer to a metric request is built without a document
// tree.
#pragma once

#include <string>
#include <string_view>

namespace inferno::server {

// Appends `text` as a JSON string, quotes included. What is not UTF-8 becomes U+FFFD, so that the document is always
// valid JSON.
void append_json_string(std::string& out, std::string_view text);

}  // namespace inferno::server
