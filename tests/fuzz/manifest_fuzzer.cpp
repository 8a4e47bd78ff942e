// Files of Kubernetes objects: every text ends in objects or in a message that names a line.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapter/kubernetes/manifest.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = inferno::kubernetes::parse_manifest({reinterpret_cast<const char*>(data), size});
  inferno::require(manifest || manifest.error().message.starts_with("line "), "an error starts with the line");
  return 0;
}
