#include "server/api/status.hpp"

#include <memory>
#include <utility>

#include "server/api/json_text.hpp"
#include "server/api/protobuf_writer.hpp"

namespace inferno::server {
namespace {

struct ReasonEntry {
  unsigned code;
  std::string_view name;
};

ReasonEntry entry(ErrorReason reason) {
  switch (reason) {
    case ErrorReason::bad_request:
      return {400, "BadRequest"};
    case ErrorReason::unauthorized:
      return {401, "Unauthorized"};
    case ErrorReason::forbidden:
      return {403, "Forbidden"};
    case ErrorReason::not_found:
      return {404, "NotFound"};
    case ErrorReason::method_not_allowed:
      return {405, "MethodNotAllowed"};
    case ErrorReason::not_acceptable:
      return {406, "NotAcceptable"};
    case ErrorReason::request_entity_too_large:
      return {413, "RequestEntityTooLarge"};
    case ErrorReason::invalid:
      return {422, "Invalid"};
    case ErrorReason::too_many_requests:
      return {429, "TooManyRequests"};
    case ErrorReason::uri_too_long:
      return {414, ""};
    case ErrorReason::header_fields_too_large:
      return {431, ""};
    case ErrorReason::internal_error:
      return {500, "InternalError"};
    case ErrorReason::service_unavailable:
      return {503, "ServiceUnavailable"};
    case ErrorReason::timeout:
      return {504, "Timeout"};
  }
  return {500, "InternalError"};
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  if (out.back() != '{') out += ',';
  append_json_string(out, key);
  out += ':';
  append_json_string(out, value);
}

bool has_details(const ApiError& error) {
  return !error.group.empty() || !error.kind.empty() || !error.name.empty() || !error.causes.empty() ||
         error.retry_after_seconds.has_value();
}

void append_details(std::string& out, const ApiError& error) {
  out += ",\"details\":{";
  append_member(out, "name", error.name);
  append_member(out, "group", error.group);
  append_member(out, "kind", error.kind);
  if (!error.causes.empty()) {
    if (out.back() != '{') out += ',';
    out += "\"causes\":[";
    for (const auto& [field, message] : error.causes) {
      if (out.back() != '[') out += ',';
      out += '{';
      append_member(out, "message", message);
      append_member(out, "field", field);
      out += '}';
    }
    out += ']';
  }
  if (error.retry_after_seconds) {
    if (out.back() != '{') out += ',';
    out += "\"retryAfterSeconds\":" + std::to_string(*error.retry_after_seconds);
  }
  out += '}';
}

std::string status_json(const ApiError& error) {
  std::string out = R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure")";
  append_member(out, "message", error.message);
  append_member(out, "reason", status_reason(error.reason));
  if (has_details(error)) append_details(out, error);
  out += ",\"code\":" + std::to_string(http_code(error.reason)) + '}';
  return out;
}

// Field numbers: k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto.
ProtobufWriter details_protobuf(const ApiError& error) {
  ProtobufWriter details;
  details.add_bytes(1, error.name);
  details.add_bytes(2, error.group);
  details.add_bytes(3, error.kind);
  for (const auto& [field, message] : error.causes) {
    ProtobufWriter cause;
    cause.add_bytes(2, message);
    cause.add_bytes(3, field);
    details.add_message(4, cause);
  }
  if (error.retry_after_seconds) details.add_integer(5, *error.retry_after_seconds);
  return details;
}

std::string status_protobuf(const ApiError& error) {
  ProtobufWriter status;
  status.add_bytes(2, "Failure");
  status.add_bytes(3, error.message);
  status.add_bytes(4, status_reason(error.reason));
  if (has_details(error)) status.add_message(5, details_protobuf(error));
  status.add_integer(6, http_code(error.reason));
  return kubernetes_protobuf("v1", "Status", status);
}

}  // namespace

unsigned http_code(ErrorReason reason) {
  return entry(reason).code;
}

std::string_view status_reason(ErrorReason reason) {
  return entry(reason).name;
}

std::string render_status(const ApiError& error, Encoding encoding) {
  return encoding == Encoding::json ? status_json(error) : status_protobuf(error);
}

Response status_response(const ApiError& error, Encoding encoding) {
  Response response;
  response.status = http_code(error.reason);
  response.content_type = content_type(encoding);
  response.body = std::make_shared<const std::string>(render_status(error, encoding));
  if (error.retry_after_seconds) {
    response.headers.emplace_back("Retry-After", std::to_string(*error.retry_after_seconds));
  }
  if (error.reason == ErrorReason::unauthorized) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace inferno::server
