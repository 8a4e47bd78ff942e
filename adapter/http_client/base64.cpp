#include "adapter/http_client/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>

namespace inferno::http_client {

std::string encode_base64(std::string_view bytes) {
  std::string encoded(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends with a null
  const int size =
      ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return encoded;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c != '\n' && c != '\r'; });
  const std::size_t padding = digits.size() - (digits.find_last_not_of('=') + 1);
  // EVP_DecodeBlock trims spaces and takes padding anywhere for zeros.
  const bool is_well_formed =
      digits.size() % 4 == 0 && padding <= 2 && digits.find_first_of("= \t") >= digits.size() - padding;
  if (!is_well_formed) return std::nullopt;
  std::string decoded(digits.size() / 4 * 3, '\0');
  const int size =
      ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                        reinterpret_cast<const unsigned char*>(digits.data()), static_cast<int>(digits.size()));
  if (size < 0 || static_cast<std::size_t>(size) != decoded.size()) return std::nullopt;
  decoded.resize(decoded.size() - padding);
  return decoded;
}

}  // namespace inferno::http_client
