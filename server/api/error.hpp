// An expected failure of an API call: what becomes a metav1.Status. The one error type of the server library.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace inferno::server {

// metav1.StatusReason values that this server answers with; the HTTP code follows from the reason (status.hpp).
enum class ErrorReason {
  bad_request,
  unauthorized,
  forbidden,
  not_found,
  method_not_allowed,
  not_acceptable,
  request_entity_too_large,
  invalid,
  too_many_requests,
  uri_too_long,             // 414 and
  header_fields_too_large,  // 431, for which Kubernetes has no reason
  internal_error,
  service_unavailable,
  timeout,
};

struct ApiError {
  ErrorReason reason = ErrorReason::internal_error;
  std::string message;  // for a person: what is wrong and what to do

  // metav1.StatusDetails; left out of the answer where empty.
  std::string group;
  std::string kind;  // plural resource or kind, as Kubernetes prints it
  std::string name;
  std::vector<std::pair<std::string, std::string>> causes;  // field, message
  std::optional<int> retry_after_seconds;
};

template <class T>
using Result = boost::system::result<T, ApiError>;

// Required by boost::system::result: value() on an error is a programming mistake.
[[noreturn]] inline void throw_exception_from_error(const ApiError& error, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked API error: " + error.message);
}

}  // namespace inferno::server
