// Integers in label selectors and labels, which `<` and `>` compare. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace inferno::server {

// The whole of `text` as a decimal 64 bit integer, or nothing.
[[nodiscard]] inline std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace inferno::server
