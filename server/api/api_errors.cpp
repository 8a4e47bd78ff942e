#include "server/api/api_errors.hpp"

#include <string>
#include <utility>

namespace inferno::server {
namespace {

ApiError with_message(ErrorReason reason, std::string message) {
  ApiError error;
  error.reason = reason;
  error.message = std::move(message);
  return error;
}

std::string qualified(std::string_view resource, std::string_view group) {
  std::string name(resource);
  if (!group.empty()) name.append(1, '.').append(group);
  return name;
}

}  // namespace

ApiError path_not_found() {
  return with_message(ErrorReason::not_found, "the server could not find the requested resource");
}

ApiError method_not_allowed() {
  return with_message(ErrorReason::method_not_allowed,
                      "the server does not allow this method on the requested resource");
}

ApiError no_field_selectors() {
  ApiError error;
  error.reason = ErrorReason::bad_request;
  error.message = "field selectors are not supported for metrics: use labelSelector";
  error.causes = {{"fieldSelector", "not supported"}};
  return error;
}

ApiError not_acceptable(std::span<const MediaType> offers) {
  std::string message = "only the following media types are accepted: ";
  for (const MediaType& offer : offers) {
    if (&offer != &offers.front()) message += ", ";
    message += offer.to_string();
  }
  return with_message(ErrorReason::not_acceptable, std::move(message));
}

ApiError metric_not_found(std::string_view resource, std::string_view group, std::string_view metric) {
  ApiError error = with_message(ErrorReason::not_found, "the server could not find the metric " + std::string(metric) +
                                                            " for " + qualified(resource, group));
  error.group = group;
  error.kind = resource;
  return error;
}

ApiError metric_not_found_for(std::string_view resource, std::string_view group, std::string_view metric,
                              std::string_view name) {
  ApiError error = metric_not_found(resource, group, metric);
  error.message.append(1, ' ').append(name);
  error.name = name;
  return error;
}

ApiError external_metric_not_found(std::string_view metric) {
  return with_message(ErrorReason::not_found, "the server could not find the external metric " + std::string(metric));
}

}  // namespace inferno::server
