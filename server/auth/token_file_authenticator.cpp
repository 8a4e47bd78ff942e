#include "server/auth/token_file_authenticator.hpp"

#include <spdlog/logger.h>

#include <stdexcept>
#include <utility>

#include "server/auth/bearer_token.hpp"
#include "server/files/read_file.hpp"

namespace inferno::server {
TokenFileAuthenticator::TokenFileAuthenticator(std::string file, std::shared_ptr<spdlog::logger> logger)
    : file_(std::move(file)), logger_(std::move(logger)) {
  auto content = read_file(file_);
  if (!content) throw std::runtime_error("cannot read the token file " + file_ + ": " + content.error().message());
  seen_ = *std::move(content);
  auto tokens = parse(seen_);
  if (!tokens) {
    throw std::runtime_error("token file " + file_ + ", line " + std::to_string(tokens.error().line) + ": " +
                             tokens.error().message);
  }
  tokens_ = std::make_shared<const TokenFile>(*std::move(tokens));
}

boost::asio::awaitable<Result<std::optional<Identity>>> TokenFileAuthenticator::authenticate(Credentials credentials) {
  const auto token = bearer_token(credentials.headers);
  if (token.empty()) co_return std::optional<Identity>{};
  auto identity = tokens()->find(token);
  if (!identity) co_return unauthorized("Unauthorized: the bearer token is not known");
  co_return identity;
}

void TokenFileAuthenticator::refresh() {
  const auto fail = [this](const std::string& message) {
    if (message != last_failure_) logger_->error("token file not reloaded, the previous one stays in use: {}", message);
    last_failure_ = message;
  };
  auto content = read_file(file_);
  if (!content) return fail("cannot read " + file_ + ": " + content.error().message());
  last_failure_.clear();
  if (*content == seen_) return;
  seen_ = *std::move(content);
  auto parsed = parse(seen_);
  if (!parsed) {
    return fail(file_ + ", line " + std::to_string(parsed.error().line) + ": " + parsed.error().message);
  }
  auto fresh = std::make_shared<const TokenFile>(*std::move(parsed));
  logger_->info("token file {} reloaded, {} tokens", file_, fresh->size());
  const std::lock_guard lock(mutex_);
  tokens_ = std::move(fresh);
}

boost::system::result<TokenFile, CsvError> TokenFileAuthenticator::parse(const std::string& content) const {
  std::vector<std::string> warnings;
  auto tokens = TokenFile::parse(content, warnings);
  for (const auto& warning : warnings) logger_->warn("token file {}, {}", file_, warning);
  return tokens;
}

std::shared_ptr<const TokenFile> TokenFileAuthenticator::tokens() const {
  const std::lock_guard lock(mutex_);
  return tokens_;
}

}  // namespace inferno::server
