#include "server/auth/forbidden.hpp"

#include <string>

namespace inferno::server {
namespace {

// As Go's %q writes it: control characters stand as escapes.
std::string in_quotes(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += digits[byte >> 4U];
      out += digits[byte & 0xfU];
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

// So that no browser takes the message for HTML.
std::string sanitized(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string refusal(const Identity& user, const RequestAttributes& attributes) {
  std::string text = "User " + in_quotes(user.name) + " cannot " + attributes.verb;
  if (!attributes.is_resource) return text + " path " + in_quotes(attributes.path);
  std::string resource = attributes.resource;
  if (!attributes.subresource.empty()) resource += '/' + attributes.subresource;
  text += " resource " + in_quotes(resource) + " in API group " + in_quotes(attributes.group);
  if (attributes.namespace_name.empty()) return text + " at the cluster scope";
  return text + " in the namespace " + in_quotes(attributes.namespace_name);
}

// What is forbidden, where it is of a resource: `pods.example.com "x" is `.
std::string subject(const RequestAttributes& attributes) {
  if (attributes.resource.empty()) return {};
  std::string text = attributes.resource;
  if (!attributes.group.empty()) text += '.' + attributes.group;
  if (!attributes.name.empty()) text += ' ' + in_quotes(attributes.name);
  return text + " is ";
}

}  // namespace

ApiError forbidden(const Identity& user, const RequestAttributes& attributes, std::string_view reason) {
  ApiError error;
  error.reason = ErrorReason::forbidden;
  error.message = subject(attributes) + "forbidden: " + sanitized(refusal(user, attributes));
  if (!reason.empty()) error.message.append(": ").append(reason);
  error.group = attributes.group;
  error.kind = attributes.resource;
  error.name = attributes.name;
  return error;
}

}  // namespace inferno::server
