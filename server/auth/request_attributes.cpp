#include "server/auth/request_attributes.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <span>
#include <string_view>
#include <utility>

namespace inferno::server {
namespace {

using Segments = std::span<const std::string_view>;
using http_verb = boost::beast::http::verb;

std::string canonical_path(Segments segments) {
  if (segments.empty()) return "/";
  std::string path;
  for (const auto segment : segments) path.append(1, '/').append(segment);
  return path;
}

std::string lower_case_method(http_verb method) {
  std::string text(boost::beast::http::to_string(method));
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string_view verb_of(http_verb method) {
  switch (method) {
    case http_verb::post:
      return "create";
    case http_verb::get:
    case http_verb::head:
      return "get";
    case http_verb::put:
      return "update";
    case http_verb::patch:
      return "patch";
    case http_verb::delete_:
      return "delete";
    default:
      return "";
  }
}

// As Kubernetes reads a boolean parameter: whatever is there and does not say no.
bool asks_to_watch(const Request& request) {
  const auto watch = std::ranges::find(request.query, "watch", &decltype(request.query)::value_type::first);
  return watch != request.query.end() && watch->second != "0" && !boost::beast::iequals(watch->second, "false");
}

bool is_path_segment_name(std::string_view name) {
  return name != "." && name != ".." && name.find_first_of("/%") == std::string_view::npos;
}

// The name that the selector asks for, where it is one and the selectors can be parsed.
std::string selected_name(const Request& request) {
  if (!LabelSelector::parse(request.query_value("labelSelector"), "labelSelector")) return {};
  const auto fields = parse_field_selector(request.query_value("fieldSelector"));
  if (!fields) return {};
  const auto named = std::ranges::find_if(
      *fields, [](const FieldRequirement& field) { return field.equals && field.field == "metadata.name"; });
  return named != fields->end() && is_path_segment_name(named->value) ? named->value : std::string();
}

void read_selectors(const Request& request, RequestAttributes& attributes) {
  if (auto fields = parse_field_selector(request.query_value("fieldSelector"))) attributes.fields = *std::move(fields);
  const auto labels = LabelSelector::parse(request.query_value("labelSelector"), "labelSelector");
  if (labels) attributes.labels = labels->requirements();
}

// `parts`: what follows the version, without a verb. Relative to the resource once the namespace is told.
Segments read_namespace(Segments parts, RequestAttributes& attributes) {
  if (parts.size() < 2 || parts[0] != "namespaces") return parts;
  attributes.namespace_name = parts[1];
  const bool of_namespace_itself = parts.size() == 2 || parts[2] == "status" || parts[2] == "finalize";
  return of_namespace_itself ? parts : parts.subspan(2);
}

void read_object(Segments parts, RequestAttributes& attributes) {
  attributes.resource = parts[0];
  if (parts.size() >= 2) attributes.name = parts[1];
  if (parts.size() >= 3 && attributes.verb != "proxy") attributes.subresource = parts[2];
}

void settle_verb(const Request& request, RequestAttributes& attributes) {
  if (!attributes.name.empty()) return;
  if (attributes.verb == "delete") attributes.verb = "deletecollection";
  if (attributes.verb != "get") return;
  attributes.verb = asks_to_watch(request) ? "watch" : "list";
  attributes.name = selected_name(request);
}

ApiError no_resource(const RequestAttributes& attributes) {
  ApiError error;
  error.reason = ErrorReason::bad_request;
  error.message = "unable to determine kind and namespace from the path " + attributes.path;
  return error;
}

}  // namespace

Result<RequestAttributes> attributes_of(const Request& request) {
  RequestAttributes attributes;
  Segments rest = request.segments;
  attributes.path = canonical_path(rest);
  attributes.verb = lower_case_method(request.method);
  const bool groupless = !rest.empty() && rest[0] == "api";
  if (!groupless && (rest.empty() || rest[0] != "apis")) return attributes;
  if (rest.size() < (groupless ? 3U : 4U)) return attributes;

  attributes.is_resource = true;
  if (!groupless) {
    attributes.group = rest[1];
    rest = rest.subspan(1);
  }
  attributes.version = rest[1];
  rest = rest.subspan(2);

  const bool verb_in_path = rest[0] == "proxy" || rest[0] == "watch";
  if (verb_in_path) {
    if (rest.size() < 2) return no_resource(attributes);
    attributes.verb = rest[0];
    rest = rest.subspan(1);
  } else {
    attributes.verb = verb_of(request.method);
  }
  read_object(read_namespace(rest, attributes), attributes);
  settle_verb(request, attributes);
  const bool selects = attributes.verb == "list" || attributes.verb == "watch" || attributes.verb == "deletecollection";
  if (selects && !verb_in_path) read_selectors(request, attributes);
  return attributes;
}

}  // namespace inferno::server
