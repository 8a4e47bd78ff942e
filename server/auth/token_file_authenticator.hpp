// Bearer tokens (RFC 6750, 2.1) listed in a file. A token that the file doesn't list is an error; another scheme than
// Bearer, or no token after it, is no credential of this kind, as in
// k8s.io/apiserver/pkg/authentication/request/bearertoken. Thread safe.
#pragma once

#include <spdlog/fwd.h>

#include <memory>
#include <string>

#include "server/auth/authenticator.hpp"
#include "server/auth/token_file.hpp"
#include "server/files/reloaded_file.hpp"

namespace inferno::server {

class TokenFileAuthenticator final : public Authenticator {
 public:
  // Throws std::runtime_error naming the file, and the line, where it can't be used.
  TokenFileAuthenticator(const std::string& file, const std::shared_ptr<spdlog::logger>& logger);

  [[nodiscard]] boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(Credentials credentials) override;

  // Takes over the file's content where it changed, keeping the last good one; for a Refresher.
  void refresh() { tokens_.refresh(); }

 private:
  ReloadedFile<TokenFile> tokens_;
};

}  // namespace inferno::server
