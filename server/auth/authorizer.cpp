#include "server/auth/authorizer.hpp"

#include "server/auth/authenticator.hpp"

namespace inferno::server {

boost::asio::awaitable<Result<void>> AllowAuthenticated::authorize(const Request& request) {
  if (anonymous_ == Anonymous::refused && is_anonymous(request.identity)) {
    co_return unauthorized("Unauthorized: show a client certificate or a bearer token");
  }
  co_return Result<void>{};
}

}  // namespace inferno::server
