#include "tests/unit/api/golden.hpp"

#include <fstream>
#include <stdexcept>

namespace inferno::server {

std::string golden(std::string_view name) {
  const std::string path = std::string(INFERNO_GOLDEN_DIR "/") + std::string(name) + ".hex";
  std::ifstream file(path);
  if (!file) throw std::runtime_error("can't open " + path);
  std::string digits;
  for (std::string line; file >> line;) digits += line;
  return digits;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += digits[byte >> 4U];
    hex += digits[byte & 0xFU];
  }
  return hex;
}

}  // namespace inferno::server
