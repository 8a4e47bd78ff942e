#include "server/auth/authenticator.hpp"

#include <algorithm>
#include <utility>

namespace inferno::server {

AuthenticatorUnion::AuthenticatorUnion(std::vector<std::shared_ptr<Authenticator>> members)
    : members_(std::move(members)) {}

boost::asio::awaitable<Result<std::optional<Identity>>> AuthenticatorUnion::authenticate(Credentials credentials) {
  std::optional<ApiError> first_error;
  for (const auto& member : members_) {
    Result<std::optional<Identity>> answer = co_await member->authenticate(credentials);
    if (answer && answer->has_value()) co_return answer;
    if (!answer && !first_error) first_error = answer.error();
  }
  if (first_error) co_return *std::move(first_error);
  co_return std::optional<Identity>{};
}

Identity anonymous_identity() {
  Identity identity;
  identity.name = anonymous_user;
  identity.groups.emplace_back(unauthenticated_group);
  return identity;
}

bool is_anonymous(const Identity& identity) {
  return std::ranges::find(identity.groups, unauthenticated_group) != identity.groups.end();
}

Identity with_authenticated_group(Identity identity) {
  if (std::ranges::find(identity.groups, authenticated_group) == identity.groups.end()) {
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
