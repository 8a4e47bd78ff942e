// The refusal of what a user may not do, in Kubernetes' words. Pure. Source:
// k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go.
#pragma once

#include <string_view>

#include "server/api/error.hpp"
#include "server/auth/request_attributes.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

// 403: `User "x" cannot get resource "r" in API group "g" in the namespace "n"`, and the authorizer's reason where it
// gave one.
[[nodiscard]] ApiError forbidden(const Identity& user, const RequestAttributes& attributes, std::string_view reason);

}  // namespace inferno::server
