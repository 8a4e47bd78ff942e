#include "server/api/encoding.hpp"

#include <array>

#include "server/api/api_errors.hpp"
#include "server/api/negotiation.hpp"

namespace inferno::server {

std::string_view content_type(Encoding encoding) {
  return encoding == Encoding::json ? "application/json" : "application/vnd.kubernetes.protobuf";
}

Result<Encoding> negotiate_encoding(const boost::beast::http::fields& headers) {
  static constexpr std::array offers{json_media_type, protobuf_media_type};
  const auto chosen = negotiate(headers, offers);
  if (!chosen) return not_acceptable(offers);
  return *chosen == 0 ? Encoding::json : Encoding::protobuf;
}

}  // namespace inferno::server
