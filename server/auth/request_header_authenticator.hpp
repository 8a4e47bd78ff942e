// The user whom a front proxy, such as the aggregator, names in headers. They are believed only where the connection's
// certificate is the front proxy's: signed by its authority, its common name one of those allowed. Source of the rule:
// k8s.io/apiserver/pkg/authentication/request/headerrequest. Thread safe.
//
// Another certificate is an error, as in Kubernetes, which counts for nothing where another authenticator knows it. No
// certificate, no configuration or no user header: no credential of this kind.
#pragma once

#include "server/auth/authenticator.hpp"
#include "server/auth/cluster_authentication.hpp"

namespace inferno::server {

class RequestHeaderAuthenticator final : public Authenticator {
 public:
  explicit RequestHeaderAuthenticator(std::shared_ptr<const ClusterAuthentication> cluster);

  [[nodiscard]] boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(Credentials credentials) override;

 private:
  std::shared_ptr<const ClusterAuthentication> cluster_;
};

}  // namespace inferno::server
