// An answer that is prepared once and sent without a copy: discovery, OpenAPI, the version. Immutable once built; safe
// to share.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <memory>
#include <string>
#include <vector>

#include "server/api/negotiation.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

class Document {
 public:
  // Adds a representation, the one we prefer first. `type`'s views must outlive the document.
  void add(MediaType type, std::string body);

  // What the request's headers ask for: 200 with an ETag; 304 where the client has it; 406 where none fits.
  [[nodiscard]] Response respond(const boost::beast::http::fields& headers) const;

 private:
  struct Representation {
    std::string content_type;
    std::string entity_tag;
    std::shared_ptr<const std::string> body;
  };
  std::vector<MediaType> offers_;
  std::vector<Representation> representations_;
};

}  // namespace inferno::server
