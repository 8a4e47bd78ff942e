// Bearer tokens (RFC 6750, 2.1) listed in a file. A token that the file doesn't list is an error; another scheme than
// Bearer, or no token after it, is no credential of this kind, as in
// k8s.io/apiserver/pkg/authentication/request/bearertoken. Thread safe.
#pragma once

#include <spdlog/fwd.h>

#include <memory>
#include <mutex>
#include <string>

#include "server/auth/authenticator.hpp"
#include "server/auth/token_file.hpp"

namespace inferno::server {

class TokenFileAuthenticator final : public Authenticator {
 public:
  // Throws std::runtime_error naming the file, and the line, where it can't be used.
  TokenFileAuthenticator(std::string file, std::shared_ptr<spdlog::logger> logger);

  [[nodiscard]] boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(Credentials credentials) override;

  // Takes over the file's content where it changed, keeping the last good one; for a Refresher.
  void refresh();

 private:
  [[nodiscard]] boost::system::result<TokenFile, CsvError> parse(const std::string& content) const;
  [[nodiscard]] std::shared_ptr<const TokenFile> tokens() const;

  std::string file_;
  std::shared_ptr<spdlog::logger> logger_;
  std::string seen_;  // used by refresh alone, as is
  std::string last_failure_;
  mutable std::mutex mutex_;  // guards tokens_
  std::shared_ptr<const TokenFile> tokens_;
};

}  // namespace inferno::server
