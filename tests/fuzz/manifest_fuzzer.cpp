// Files of Kubernetes objects: every text ends in objects or in a message that names a line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "adapter/kubernetes/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = inferno::kubernetes::parse_manifest({reinterpret_cast<const char*>(data), size});
  if (!manifest && !manifest.error().message.starts_with("line ")) std::abort();
  return 0;
}
