// May they? The interface, and the two authorizers that need nobody else.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "server/api/error.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

// Thread safe. Success, or the error to answer with: forbidden, unauthorized where a credential would help, or what
// kept the question from being answered. `request.identity` is set. Health paths are not asked about.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  [[nodiscard]] virtual boost::asio::awaitable<Result<void>> authorize(const Request& request) = 0;
};

// Lets everyone do everything who is known by name, and anonymous ones where told so; else they are asked to
// authenticate (401).
class AllowAuthenticated final : public Authorizer {
 public:
  enum class Anonymous { refused, allowed };
  explicit AllowAuthenticated(Anonymous anonymous) : anonymous_(anonymous) {}
  [[nodiscard]] boost::asio::awaitable<Result<void>> authorize(const Request& request) override;

 private:
  Anonymous anonymous_;
};

}  // namespace inferno::server
