// Which representation of an answer the client wants. Pure and without allocation; for each of our representations the
// most specific range of the Accept header decides its weight (RFC 9110, 12.5.1). Among equal weights the client's
// order decides, then ours: the HPA's `application/vnd.kubernetes.protobuf, */*` gets protobuf. Source of as, g and v:
// k8s.io/apiserver/pkg/endpoints/handlers/negotiation.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace inferno::server {

// A media type with the parameters by which Kubernetes clients ask for another kind of object in the answer. All lower
// case but `as`.
struct MediaType {
  std::string_view subtype;  // of application/
  std::string_view as;       // the kind, empty for what the path names
  std::string_view group;
  std::string_view version;

  // As a Content-Type field value.
  [[nodiscard]] std::string to_string() const;
};

inline constexpr MediaType json_media_type{.subtype = "json", .as = {}, .group = {}, .version = {}};
inline constexpr MediaType protobuf_media_type{
    .subtype = "vnd.kubernetes.protobuf", .as = {}, .group = {}, .version = {}};

// Index of the offer to send; nothing where none is acceptable. At most `max_offers` offers. An absent or empty header
// accepts all. What is not understood of a header is passed over, as Kubernetes does: a transformation that we don't
// offer (as=Table) selects nothing, a malformed weight counts as 1.
inline constexpr std::size_t max_offers = 8;
[[nodiscard]] std::optional<std::size_t> negotiate(std::string_view accept, std::span<const MediaType> offers);

// The same over all Accept lines of a request.
[[nodiscard]] std::optional<std::size_t> negotiate(const boost::beast::http::fields& headers,
                                                   std::span<const MediaType> offers);

}  // namespace inferno::server
