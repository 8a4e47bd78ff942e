#include "server/common/percent_decoding.hpp"

#include <cstddef>

namespace inferno::server {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string_view> append_percent_decoded(std::string& out, std::string_view text, Plus plus) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '+' && plus == Plus::is_space) {
      out += ' ';
    } else if (c != '%') {
      out += c;
    } else {
      const int high = at + 1 < text.size() ? hex_digit(text[at + 1]) : -1;
      const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
      if (high < 0 || low < 0) return text.substr(at, 3);
      out += static_cast<char>(high * 16 + low);
      at += 2;
    }
  }
  return std::nullopt;
}

}  // namespace inferno::server
