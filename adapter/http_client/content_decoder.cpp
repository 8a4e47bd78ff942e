#include "adapter/http_client/content_decoder.hpp"

#include "adapter/http_client/http_failure.hpp"

namespace inferno::http_client {

ContentDecoder::ContentDecoder(std::string_view content_encoding, std::size_t limit) : limit_(limit) {
  if (content_encoding == "gzip") {
    inflater_.emplace();
  } else if (!content_encoding.empty() && content_encoding != "identity") {
    problem_ = "answered in an encoding that was not asked for: " + first_line(content_encoding);
  }
}

bool ContentDecoder::check_limit() {
  if (!is_over_limit()) return true;
  problem_ = "the answer is larger than " + std::to_string(limit_) + " bytes";
  return false;
}

}  // namespace inferno::http_client
