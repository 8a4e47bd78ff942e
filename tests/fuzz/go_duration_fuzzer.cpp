// Durations: no text crashes the parser, and what it reads survives printing and reading again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapter/common/go_duration.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto duration = inferno::parse_go_duration(text);
  if (!duration) return 0;
  const auto again = inferno::parse_go_duration(inferno::format_go_duration(*duration));
  inferno::require(again && *again == *duration, "a printed duration reads as the same duration");
  return 0;
}
