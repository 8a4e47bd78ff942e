// The certificate that a client showed in the TLS handshake, which proved that the client holds its key and nothing
// more: who signed it is for an authenticator to judge. Immutable; safe to share between threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// OpenSSL's own names.
struct ssl_st;
struct x509_st;
struct stack_st_X509;

namespace inferno::server {

class PeerCertificate {
 public:
  using Fingerprint = std::array<unsigned char, 32>;  // SHA-256 of the leaf

  // Null where the client showed none.
  [[nodiscard]] static std::shared_ptr<const PeerCertificate> of_connection(ssl_st* connection);

  [[nodiscard]] x509_st* leaf() const { return leaf_.get(); }
  [[nodiscard]] stack_st_X509* chain() const { return chain_.get(); }  // as sent: leaf, then intermediates
  [[nodiscard]] const Fingerprint& fingerprint() const { return fingerprint_; }
  [[nodiscard]] const std::string& common_name() const { return common_name_; }
  [[nodiscard]] const std::vector<std::string>& organizations() const { return organizations_; }
  // Kubernetes' own attribute, 1.3.6.1.4.1.57683.2; more than one is for an authenticator to refuse.
  [[nodiscard]] const std::vector<std::string>& user_ids() const { return user_ids_; }

 private:
  PeerCertificate() = default;

  std::shared_ptr<x509_st> leaf_;
  std::shared_ptr<stack_st_X509> chain_;
  Fingerprint fingerprint_{};
  std::string common_name_;
  std::vector<std::string> organizations_;
  std::vector<std::string> user_ids_;
};

}  // namespace inferno::server
