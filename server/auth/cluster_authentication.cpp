#include "server/auth/cluster_authentication.hpp"

#include <spdlog/logger.h>

#include <string_view>
#include <utility>

namespace inferno::server {
namespace {

constexpr std::string_view config_map = "the ConfigMap kube-system/extension-apiserver-authentication";

}  // namespace

ClusterAuthentication::ClusterAuthentication(std::shared_ptr<spdlog::logger> logger, SteadyClock clock)
    : logger_(std::move(logger)), clock_(std::move(clock)) {}

void ClusterAuthentication::update(const std::map<std::string, std::string>& data) {
  if (data == seen_) return;
  seen_ = data;
  auto parsed = parse_authentication_config(data, clock_);
  if (!parsed) {
    logger_->error("{} can't be used{}: {}", config_map, current() ? ", its previous content stays in use" : "",
                   parsed.error().message);
    const std::lock_guard lock(mutex_);
    failure_ = parsed.error().message;
    return;
  }
  auto config = std::make_shared<const AuthenticationConfig>(*std::move(parsed));
  if (!config->client_authorities) logger_->warn("{} names no client CA: client certificates are refused", config_map);
  if (!config->front_proxy_authorities) {
    logger_->warn("{} names no front proxy CA: requests through the API server are anonymous", config_map);
  }
  logger_->info("{} taken over", config_map);
  const std::lock_guard lock(mutex_);
  config_.swap(config);
  failure_.clear();
}

std::shared_ptr<const AuthenticationConfig> ClusterAuthentication::current() const {
  const std::lock_guard lock(mutex_);
  return config_;
}

std::optional<std::string> ClusterAuthentication::problem() const {
  const std::lock_guard lock(mutex_);
  if (config_) return std::nullopt;
  std::string text(config_map);
  return failure_.empty() ? text + " has not been read yet" : text + " can't be used: " + failure_;
}

Result<std::shared_ptr<const ClientAuthorities>> ClusterAuthentication::client_authorities() const {
  if (const auto config = current()) return config->client_authorities;
  ApiError error;
  error.reason = ErrorReason::service_unavailable;
  error.message = "client certificates can't be judged: ";
  error.message.append(config_map).append(" has not been read yet");
  error.retry_after_seconds = 1;
  return error;
}

}  // namespace inferno::server
