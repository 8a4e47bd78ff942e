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
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && text[plain] != '%' && (text[plain] != '+' || plus == Plus::is_itself)) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (text.front() == '+') {
      out += ' ';
      text.remove_prefix(1);
      continue;
    }
    const int high = text.size() > 1 ? hex_digit(text[1]) : -1;
    const int low = text.size() > 2 ? hex_digit(text[2]) : -1;
    if (high < 0 || low < 0) return text.substr(0, 3);
    out += static_cast<char>(high * 16 + low);
    text.remove_prefix(3);
  }
  return std::nullopt;
}

}  // namespace inferno::server
