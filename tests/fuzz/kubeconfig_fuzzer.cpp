// Kubeconfig files: every text ends in an access that the HTTP client can use, or in a message.
#include <cstddef>
#include <cstdint>
#include <string>

#include "adapter/kubernetes/api/cluster_access.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto access = inferno::kubernetes::parse_kubeconfig(text, "/folder");
  if (!access) {
    inferno::require(!access.error().message.empty(), "an error says something");
    return 0;
  }
  inferno::require(!access->url.host.empty() && access->url.port != 0, "an access leads somewhere");
  inferno::require(access->token.empty() || access->token_file.empty(), "there is one token at most");
  inferno::require(access->tls.certificate.empty() == access->tls.key.empty(), "a certificate has its key");
  return 0;
}
