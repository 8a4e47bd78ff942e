#include "server/auth/authenticator.hpp"

#include <algorithm>
#include <utility>

namespace inferno::server {

AuthenticatorUnion::AuthenticatorUnion(std::vector<std::shared_ptr<Authenticator>> members)
    : members_(std::move(members)) {}

boost::asio::awaitable<Result<std::optional<Identity>>> AuthenticatorUnion::authenticate(Credentials credentials) {
  std::optional<ApiError> refused;
  for (const auto& member : members_) {
    Result<std::optional<Identity>> answer = co_await member->authenticate(credentials);
    if (answer && answer->has_value()) co_return answer;
    if (answer) continue;
    if (refused) {
      refused->message += "; " + answer.error().message;
    } else {
      refused = answer.error();
    }
  }
  if (refused) co_return *std::move(refused);
  co_return std::optional<Identity>{};
}

Identity anonymous_identity() {
  Identity identity;
  identity.name = anonymous_user;
  identity.groups.emplace_back(unauthenticated_group);
  return identity;
}

bool is_anonymous(const Identity& identity) {
  return identity.name == anonymous_user || is_member(identity, unauthenticated_group);
}

bool is_member(const Identity& identity, std::string_view group) {
  return std::ranges::find(identity.groups, group) != identity.groups.end();
}

Identity with_authenticated_group(Identity identity) {
  if (!is_anonymous(identity) && !is_member(identity, authenticated_group)) {
    identity.groups.emplace_back(authenticated_group);
  }
  return identity;
}

ApiError unauthorized(std::string message) {
  ApiError error;
  error.reason = ErrorReason::unauthorized;
  error.message = std::move(message);
  return error;
}

}  // namespace inferno::server
