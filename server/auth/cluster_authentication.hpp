// The cluster's authentication configuration as it is now: written by whoever watches its ConfigMap, read by the
// authenticators while requests run. Thread safe; one update at a time.
#pragma once

#include <spdlog/fwd.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "server/auth/authentication_config.hpp"
#include "server/auth/client_authority_source.hpp"

namespace inferno::server {

class ClusterAuthentication final : public ClientAuthoritySource {
 public:
  explicit ClusterAuthentication(std::shared_ptr<spdlog::logger> logger,
                                 SteadyClock clock = std::chrono::steady_clock::now);

  // Takes the ConfigMap's data over, all of it or, where it can't be used, nothing: then the last good one stays and
  // the reason is logged, once.
  void update(const std::map<std::string, std::string>& data);

  // Null until there is one. Requests keep what they began with.
  [[nodiscard]] std::shared_ptr<const AuthenticationConfig> current() const;

  // Why there is none yet, for a person.
  [[nodiscard]] std::optional<std::string> problem() const;

  [[nodiscard]] Result<std::shared_ptr<const ClientAuthorities>> client_authorities() const override;

 private:
  std::shared_ptr<spdlog::logger> logger_;
  SteadyClock clock_;
  std::optional<std::map<std::string, std::string>> seen_;  // used by update alone
  mutable std::mutex mutex_;                                // guards what follows
  std::shared_ptr<const AuthenticationConfig> config_;
  std::string failure_;  // of the last update; empty where it was taken over
};

}  // namespace inferno::server
