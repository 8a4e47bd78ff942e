// Client authorities in a PEM file, which may be replaced while they are in use. Thread safe.
#pragma once

#include <spdlog/fwd.h>

#include <memory>
#include <string>

#include "server/auth/client_authority_source.hpp"
#include "server/files/reloaded_file.hpp"

namespace inferno::server {

class ClientAuthorityFile final : public ClientAuthoritySource {
 public:
  // Throws std::runtime_error naming the file where it holds no certificate.
  ClientAuthorityFile(std::string file, std::shared_ptr<spdlog::logger> logger,
                      SteadyClock clock = std::chrono::steady_clock::now);

  [[nodiscard]] Result<std::shared_ptr<const ClientAuthorities>> client_authorities() const override;

  // Takes over the file's content where it changed, keeping the last good one; for a Refresher.
  void refresh() { authorities_.refresh(); }

 private:
  ReloadedFile<ClientAuthorities> authorities_;
};

}  // namespace inferno::server
