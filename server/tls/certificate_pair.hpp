// A certificate chain, leaf first, and its private key; both PEM, the key not encrypted.
#pragma once

#include <string>

namespace inferno::server {

struct CertificatePair {
  std::string certificate_pem;
  std::string key_pem;
};

}  // namespace inferno::server
