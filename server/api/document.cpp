#include "server/api/document.hpp"

#include <utility>

#include "server/api/api_errors.hpp"
#include "server/api/entity_tag.hpp"
#include "server/api/status.hpp"

namespace inferno::server {

void Document::add(MediaType type, std::string body) {
  Representation representation;
  representation.content_type = type.to_string();
  representation.entity_tag = '"' + content_hash(body) + '"';
  representation.body = std::make_shared<const std::string>(std::move(body));
  offers_.push_back(type);
  representations_.push_back(std::move(representation));
}

Response Document::respond(const boost::beast::http::fields& headers) const {
  const auto chosen = negotiate(headers, offers_);
  if (!chosen) return status_response(not_acceptable(offers_));
  const Representation& representation = representations_[*chosen];
  Response response;
  response.headers.emplace_back("ETag", representation.entity_tag);
  response.headers.emplace_back("Vary", "Accept");
  if (none_match_names(headers, representation.entity_tag)) {
    response.status = 304;
    response.content_type.clear();
  } else {
    response.content_type = representation.content_type;
    response.body = representation.body;
  }
  return response;
}

}  // namespace inferno::server
