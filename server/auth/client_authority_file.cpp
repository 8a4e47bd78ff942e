#include "server/auth/client_authority_file.hpp"

#include <spdlog/logger.h>

#include <stdexcept>
#include <utility>

#include "server/files/read_file.hpp"

namespace inferno::server {

ClientAuthorityFile::ClientAuthorityFile(std::string file, std::shared_ptr<spdlog::logger> logger, SteadyClock clock)
    : file_(std::move(file)), logger_(std::move(logger)), clock_(std::move(clock)) {
  auto content = read_file(file_);
  if (!content) {
    throw std::runtime_error("cannot read the client CA file " + file_ + ": " + content.error().message());
  }
  seen_ = *std::move(content);
  authorities_ = ClientAuthorities::parse(seen_, clock_);
  if (!authorities_) throw std::runtime_error("no usable PEM certificates in the client CA file " + file_);
}

Result<std::shared_ptr<const ClientAuthorities>> ClientAuthorityFile::client_authorities() const {
  const std::lock_guard lock(mutex_);
  return authorities_;
}

void ClientAuthorityFile::refresh() {
  const auto fail = [this](const std::string& message) {
    if (message != last_failure_) logger_->error("client CA not reloaded, the previous one stays in use: {}", message);
    last_failure_ = message;
  };
  auto content = read_file(file_);
  if (!content) return fail("cannot read " + file_ + ": " + content.error().message());
  last_failure_.clear();
  if (*content == seen_) return;
  seen_ = *std::move(content);
  auto authorities = ClientAuthorities::parse(seen_, clock_);
  if (!authorities) return fail("no usable PEM certificates in " + file_);
  {
    const std::lock_guard lock(mutex_);
    authorities_.swap(authorities);
  }
  logger_->info("client CA reloaded from {}", file_);
}

}  // namespace inferno::server
