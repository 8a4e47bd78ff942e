#include "server/auth/digest.hpp"

#include <openssl/sha.h>

namespace inferno::server {

Digest sha256_of(std::string_view text) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

}  // namespace inferno::server
