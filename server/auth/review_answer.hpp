// What the API server's reviews have in common: users in JSON, and what to say where there is no usable answer. Pure.
// Source of the fields: k8s.io/api/authentication/v1 (UserInfo), k8s.io/api/authorization/v1.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "server/api/error.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

// `status.user` of a TokenReview. Nothing where it names nobody, or is not well formed.
[[nodiscard]] std::optional<Identity> parse_user(const nlohmann::json& user);

// Whether the object has a member of that name which is true.
[[nodiscard]] bool bool_member(const nlohmann::json& object, const char* key);
// The member where it is one of the object's and text; else empty.
[[nodiscard]] std::string text_member(const nlohmann::json& object, const char* key);

// `review` as it can be sent: what is not UTF-8 becomes U+FFFD, as Go's JSON writes it.
[[nodiscard]] nlohmann::json well_formed(const nlohmann::json& review);

// 503, so that callers ask again. `what` is "the bearer token can't be checked".
[[nodiscard]] ApiError no_review(std::string_view what, std::string_view why);

}  // namespace inferno::server
