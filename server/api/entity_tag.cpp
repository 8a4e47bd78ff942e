#include "server/api/entity_tag.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/field.hpp>
#include <cstddef>
#include <stdexcept>

namespace inferno::server {
namespace {

// Tags are quoted and hold no quotes, so a list of them is read by the quotes alone; W/ prefixes and commas lie
// between.
bool list_names(std::string_view list, std::string_view tag) {
  while (true) {
    const std::size_t open = list.find('"');
    if (open == std::string_view::npos) return false;
    const std::size_t close = list.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    if (list.substr(open, close + 1 - open) == tag) return true;
    list.remove_prefix(close + 1);
  }
}

}  // namespace

std::string content_hash(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    const unsigned byte = digest.at(i);
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
  }
  return text;
}

bool none_match_names(const boost::beast::http::fields& headers, std::string_view tag) {
  const auto lines = headers.equal_range(boost::beast::http::field::if_none_match);
  return std::any_of(lines.first, lines.second, [&](const auto& line) {
    const std::string_view list = line.value();
    return list == "*" || list_names(list, tag);
  });
}

}  // namespace inferno::server
