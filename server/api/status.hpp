// The one place where an error becomes a metav1.Status. Pure functions, thread safe.
// Source of codes and reasons: k8s.io/apimachinery/pkg/apis/meta/v1/types.go (StatusReason).
#pragma once

#include <string>
#include <string_view>

#include "server/api/encoding.hpp"
#include "server/api/error.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

[[nodiscard]] unsigned http_code(ErrorReason reason);

// The metav1.StatusReason; empty where Kubernetes has no name for the code.
[[nodiscard]] std::string_view status_reason(ErrorReason reason);

// metav1.Status.
[[nodiscard]] std::string render_status(const ApiError& error, Encoding encoding = Encoding::json);

// The Status with its code and the headers that follow from the error alone: Retry-After where it says when, a
// challenge on 401 (RFC 9110, 15.5.2). Who answers 405 adds Allow.
[[nodiscard]] Response status_response(const ApiError& error, Encoding encoding = Encoding::json);

}  // namespace inferno::server
