// A serving certificate for whoever has none: self-signed, so that `curl --cacert` of the certificate itself trusts it.
#pragma once

#include <string>
#include <vector>

#include "server/tls/certificate_pair.hpp"

namespace inferno::server {

// localhost, 127.0.0.1, ::1 and this machine's name.
[[nodiscard]] std::vector<std::string> default_certificate_names();

// ECDSA P-256, valid for a year from now. `names` become subject alternative names: what parses as an address is one,
// the rest are DNS names. Throws std::runtime_error where OpenSSL refuses, for example a name that is not ASCII.
[[nodiscard]] CertificatePair make_self_signed_certificate(const std::vector<std::string>& names);

struct CertificateFiles {
  std::string certificate_file;
  std::string key_file;
};

// Writes tls.crt and tls.key (readable by the owner alone) into `folder`, which is made where missing. Throws
// std::system_error naming the file.
CertificateFiles write_certificate_files(const CertificatePair& pair, const std::string& folder);

}  // namespace inferno::server
