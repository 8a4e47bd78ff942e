// What an API server says when it says no: an HTTP status, headers, and a body that usually is a metav1.Status. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "adapter/kubernetes/api/api_client.hpp"

namespace inferno::kubernetes {

// How long a Retry-After header asks to wait: seconds, or a date, which `date` (the Date header) makes relative.
[[nodiscard]] std::optional<Duration> parse_retry_after(std::string_view value, std::string_view date);

// The failure that an answer with this status and body is. Its message has a hint where a person can mend it.
[[nodiscard]] ApiFailure status_failure(unsigned status, std::string_view body, std::optional<Duration> retry_after);

// The same from a Status document, such as the object of a watch's ERROR event.
[[nodiscard]] ApiFailure status_failure(const nlohmann::json& document);

}  // namespace inferno::kubernetes
