// The question whether a user may do something, as the API server is asked it. Pure. Source:
// k8s.io/api/authorization/v1 and k8s.io/apiserver/plugin/pkg/authorizer/webhook.
#pragma once

#include <nlohmann/json.hpp>

#include "server/auth/digest.hpp"
#include "server/auth/request_attributes.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

// A SubjectAccessReview to be sent.
[[nodiscard]] nlohmann::json make_subject_access_review(const Identity& user, const RequestAttributes& attributes);

// Differs where the reviews differ.
[[nodiscard]] Digest subject_access_key(const Identity& user, const RequestAttributes& attributes);

}  // namespace inferno::server
