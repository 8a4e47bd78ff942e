// Certificates for tests, made on the spot: authorities and what they sign. ECDSA P-256, valid for a day unless told.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/tls/certificate_pair.hpp"

namespace inferno::testing {

struct CertificateRequest {
  std::string common_name = {};
  std::vector<std::string> organizations = {};
  enum class Usage { server, client } usage = Usage::client;
  long valid_from_seconds = -60;  // from now
  long valid_to_seconds = 86400;
  std::vector<std::string> user_ids = {};  // Kubernetes' UID attribute
};

// Server certificates are valid for localhost and 127.0.0.1.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& common_name);

  [[nodiscard]] const std::string& certificate_pem() const { return certificate_pem_; }
  [[nodiscard]] server::CertificatePair issue(const CertificateRequest& request) const;

 private:
  struct Material;
  std::shared_ptr<const Material> material_;
  std::string certificate_pem_;
};

}  // namespace inferno::testing
