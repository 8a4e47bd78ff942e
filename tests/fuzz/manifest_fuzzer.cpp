// Files of Kubernetes objects: every text ends in objects, and in a message for what is none that names document and
// line.
#include <cstddef>
#include <cstdint>
#include <string>

#include "adapter/kubernetes/manifest.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = inferno::kubernetes::parse_manifest({reinterpret_cast<const char*>(data), size});
  for (const auto& broken : manifest.broken) {
    inferno::require(broken.cause.starts_with("document ") && broken.cause.find(", line ") != std::string::npos,
                     "what is broken is found by document and line");
  }
  return 0;
}
