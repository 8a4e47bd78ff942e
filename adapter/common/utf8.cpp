#include "adapter/common/utf8.hpp"

#include <array>
#include <cstdint>

namespace inferno {
namespace {

// The forms of more than one byte: their first bytes, how many follow, and what the byte after the first may be (that
// is where overlong forms, surrogates and values beyond Unicode show). Table 3-7 of the Unicode standard.
struct Form {
  std::uint8_t first_from, first_to;
  std::size_t following;
  std::uint8_t second_from, second_to;
};
constexpr std::array<Form, 8> forms{{
    {0xC2, 0xDF, 1, 0x80, 0xBF},
    {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF},
    {0xED, 0xED, 2, 0x80, 0x9F},
    {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF},
    {0xF1, 0xF3, 3, 0x80, 0xBF},
    {0xF4, 0xF4, 3, 0x80, 0x8F},
}};

// Bytes of the character at the start of the text; 0 where it is not valid.
std::size_t character_length(std::string_view text) {
  const auto byte = [text](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  if (byte(0) < 0x80) return 1;
  for (const Form& form : forms) {
    if (byte(0) < form.first_from || byte(0) > form.first_to) continue;
    if (text.size() <= form.following || byte(1) < form.second_from || byte(1) > form.second_to) return 0;
    for (std::size_t index = 2; index <= form.following; ++index) {
      if (byte(index) < 0x80 || byte(index) > 0xBF) return 0;
    }
    return form.following + 1;
  }
  return 0;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t length = character_length(text.substr(position));
    if (length == 0) return position;
    position += length;
  }
  return std::nullopt;
}

}  // namespace inferno
