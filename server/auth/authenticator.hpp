// Who asks? The interface, and what the answers of several authenticators add up to.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "server/api/error.hpp"
#include "server/http/message.hpp"
#include "server/tls/peer_certificate.hpp"

namespace inferno::server {

// What a request shows of its sender.
struct Credentials {
  const boost::beast::http::fields& headers;
  const PeerCertificate* peer_certificate = nullptr;  // null: none shown
};

// Thread safe. An identity; nothing, where the credentials hold none of this authenticator's kind; or an error
// (unauthorized), where they hold one that is wrong. Messages never repeat a credential.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  [[nodiscard]] virtual boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(
      Credentials credentials) = 0;
};

// Kubernetes' union: the first identity wins, also after an earlier authenticator's error; else the errors win, told as
// one; else nothing.
class AuthenticatorUnion final : public Authenticator {
 public:
  explicit AuthenticatorUnion(std::vector<std::shared_ptr<Authenticator>> members);
  [[nodiscard]] boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(Credentials credentials) override;

 private:
  std::vector<std::shared_ptr<Authenticator>> members_;
};

// Names as in k8s.io/apiserver/pkg/authentication/user.
inline constexpr std::string_view anonymous_user = "system:anonymous";
inline constexpr std::string_view unauthenticated_group = "system:unauthenticated";
inline constexpr std::string_view authenticated_group = "system:authenticated";

// Who shows no credential.
[[nodiscard]] Identity anonymous_identity();
[[nodiscard]] bool is_anonymous(const Identity& identity);

[[nodiscard]] bool is_member(const Identity& identity, std::string_view group);

// Adds system:authenticated where it is missing, which every authenticator's answer is given. Not to an anonymous user,
// whom a front proxy names like any other.
[[nodiscard]] Identity with_authenticated_group(Identity identity);

// 401.
[[nodiscard]] ApiError unauthorized(std::string message);

}  // namespace inferno::server
