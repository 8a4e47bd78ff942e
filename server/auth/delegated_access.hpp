// Authentication and authorization as a server behind the aggregator delegates them to the API server: front proxy,
// client certificate and bearer token, in this order; SubjectAccessReview. Source of the composition:
// k8s.io/apiserver/pkg/authentication/authenticatorfactory/delegating.go. Thread safe; one update at a time.
//
// Until the cluster's configuration has been read, bearer tokens are good, and whoever shows a client certificate is
// told to come again (503).
#pragma once

#include <spdlog/fwd.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/auth/authenticator.hpp"
#include "server/auth/authorizer.hpp"
#include "server/auth/cluster_authentication.hpp"
#include "server/auth/review_client.hpp"
#include "server/common/steady_clock.hpp"

namespace inferno::server {

class DelegatedAccess {
 public:
  // How long the API server's answers are remembered; zero: not at all.
  struct Lifetimes {
    std::chrono::milliseconds token{10000};
    std::chrono::milliseconds allowed{10000};
    std::chrono::milliseconds denied{10000};
  };

  DelegatedAccess(std::shared_ptr<ReviewClient> reviews, const Lifetimes& lifetimes,
                  std::shared_ptr<spdlog::logger> logger, const SteadyClock& clock = std::chrono::steady_clock::now);

  // The data of the ConfigMap kube-system/extension-apiserver-authentication, whenever it changes.
  void update(const std::map<std::string, std::string>& data) { cluster_->update(data); }

  // For readiness: why the ConfigMap's content is not in use yet.
  [[nodiscard]] std::optional<std::string> problem() const { return cluster_->problem(); }

  // For an AuthenticatorUnion, in order.
  [[nodiscard]] const std::vector<std::shared_ptr<Authenticator>>& authenticators() const { return authenticators_; }
  [[nodiscard]] const std::shared_ptr<Authorizer>& authorizer() const { return authorizer_; }

 private:
  std::shared_ptr<ClusterAuthentication> cluster_;
  std::vector<std::shared_ptr<Authenticator>> authenticators_;
  std::shared_ptr<Authorizer> authorizer_;
};

}  // namespace inferno::server
