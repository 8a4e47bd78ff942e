#include "server/auth/token_file_authenticator.hpp"

#include <spdlog/logger.h>

#include <utility>
#include <vector>

#include "server/auth/bearer_token.hpp"

namespace inferno::server {
namespace {

ReloadedFile<TokenFile>::Parse parse_for(const std::string& file, std::shared_ptr<spdlog::logger> logger) {
  return [file, logger = std::move(logger)](const std::string& content) -> ReloadedFile<TokenFile>::Parsed {
    std::vector<std::string> warnings;
    auto tokens = TokenFile::parse(content, warnings);
    for (const auto& warning : warnings) logger->warn("token file {}: {}", file, warning);
    if (!tokens) {
      return {.value = nullptr, .fault = "line " + std::to_string(tokens.error().line) + ": " + tokens.error().message};
    }
    return {.value = std::make_shared<const TokenFile>(*std::move(tokens)), .fault = {}};
  };
}

}  // namespace

TokenFileAuthenticator::TokenFileAuthenticator(const std::string& file, const std::shared_ptr<spdlog::logger>& logger)
    : tokens_(ReloadedContent("token file", file, logger), parse_for(file, logger)) {}

boost::asio::awaitable<Result<std::optional<Identity>>> TokenFileAuthenticator::authenticate(Credentials credentials) {
  const auto token = bearer_token(credentials.headers);
  if (token.empty()) co_return std::optional<Identity>{};
  auto identity = tokens_.current()->find(token);
  if (!identity) co_return unauthorized("Unauthorized: the bearer token is not known");
  co_return identity;
}

}  // namespace inferno::server
