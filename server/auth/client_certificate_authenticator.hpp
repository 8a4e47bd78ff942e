// A client certificate under a trusted authority: its common name is the user, its organizations are the groups. Source
// of the rule: k8s.io/apiserver/pkg/authentication/request/x509 (CommonNameUserConversion). Thread safe.
#pragma once

#include "server/auth/authenticator.hpp"
#include "server/auth/client_authority_source.hpp"

namespace inferno::server {

class ClientCertificateAuthenticator final : public Authenticator {
 public:
  explicit ClientCertificateAuthenticator(std::shared_ptr<const ClientAuthoritySource> source);

  [[nodiscard]] boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(Credentials credentials) override;

 private:
  [[nodiscard]] Result<std::optional<Identity>> judge(const PeerCertificate& certificate) const;

  std::shared_ptr<const ClientAuthoritySource> source_;
};

}  // namespace inferno::server
