#include "server/auth/client_certificate_authenticator.hpp"

#include <string_view>
#include <utility>

namespace inferno::server {
namespace {

constexpr std::string_view credential_id_key = "authentication.kubernetes.io/credential-id";

std::string credential_id(const PeerCertificate::Fingerprint& fingerprint) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "X509SHA256=";
  for (const unsigned char byte : fingerprint) {
    text += digits[byte >> 4U];
    text += digits[byte & 0xfU];
  }
  return text;
}

}  // namespace

ClientCertificateAuthenticator::ClientCertificateAuthenticator(std::shared_ptr<const ClientAuthoritySource> source)
    : source_(std::move(source)) {}

boost::asio::awaitable<Result<std::optional<Identity>>> ClientCertificateAuthenticator::authenticate(
    Credentials credentials) {
  if (credentials.peer_certificate == nullptr) co_return std::optional<Identity>{};
  co_return judge(*credentials.peer_certificate);
}

Result<std::optional<Identity>> ClientCertificateAuthenticator::judge(const PeerCertificate& certificate) const {
  const auto authorities = source_->client_authorities();
  if (!authorities) return authorities.error();
  if (*authorities == nullptr) return std::optional<Identity>{};
  if (const std::string fault = (*authorities)->fault_of(certificate); !fault.empty()) {
    return unauthorized("Unauthorized: the client certificate was not accepted: " + fault);
  }
  if (certificate.common_name().empty()) {
    return unauthorized("Unauthorized: the client certificate has no common name");
  }
  const std::vector<std::string>& uids = certificate.user_ids();
  if (uids.size() > 1 || (uids.size() == 1 && uids.front().empty())) {
    return unauthorized("Unauthorized: the client certificate's subject must hold at most one UID, and none empty");
  }
  Identity identity;
  identity.name = certificate.common_name();
  if (!uids.empty()) identity.uid = uids.front();
  identity.groups = certificate.organizations();
  identity.extra.emplace_back(credential_id_key, std::vector{credential_id(certificate.fingerprint())});
  return std::optional<Identity>(std::move(identity));
}

}  // namespace inferno::server
