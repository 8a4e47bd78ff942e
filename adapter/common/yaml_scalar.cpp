#include "adapter/common/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace inferno {
namespace {

using Json = nlohmann::json;

template <std::size_t size>
bool is_one_of(std::string_view text, const std::array<std::string_view, size>& words) {
  return std::ranges::find(words, text) != words.end();
}

std::optional<bool> as_boolean(std::string_view text, YamlBooleans booleans) {
  constexpr std::array<std::string_view, 3> yes{"true", "True", "TRUE"};
  constexpr std::array<std::string_view, 3> no{"false", "False", "FALSE"};
  constexpr std::array<std::string_view, 8> old_yes{"yes", "Yes", "YES", "y", "Y", "on", "On", "ON"};
  constexpr std::array<std::string_view, 8> old_no{"no", "No", "NO", "n", "N", "off", "Off", "OFF"};
  const bool old = booleans == YamlBooleans::yaml_1_1;
  if (is_one_of(text, yes) || (old && is_one_of(text, old_yes))) return true;
  if (is_one_of(text, no) || (old && is_one_of(text, old_no))) return false;
  return std::nullopt;
}

// An integer in any of YAML 1.1's bases.
std::optional<Json> as_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text.front() == '0') {
    const char marker = text[1];
    if (marker == 'x' || marker == 'b' || marker == 'o') {
      base = marker == 'x' ? 16 : (marker == 'b' ? 2 : 8);
      text.remove_prefix(2);
    } else {
      base = 8;
    }
  }
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!negative) return Json(magnitude);
  if (magnitude > std::uint64_t{1} << 63U) return std::nullopt;
  return Json(static_cast<std::int64_t>(~magnitude + 1));
}

std::optional<Json> as_real(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  // from_chars also takes "inf" and "nan", which JSON cannot hold and kubectl refuses: those stay text.
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return Json(value);
}

}  // namespace

Json resolve_plain_scalar(const std::string& text, YamlBooleans booleans) {
  constexpr std::array<std::string_view, 5> nothing{"", "~", "null", "Null", "NULL"};
  if (is_one_of(text, nothing)) return nullptr;
  if (const auto boolean = as_boolean(text, booleans)) return *boolean;
  // Numbers start with a digit, a sign or a point; only they may hold underscores.
  if (text.find_first_of("0123456789+-.") != 0) return text;
  std::string digits = text;
  std::erase(digits, '_');
  if (const auto integer = as_integer(digits)) return *integer;
  if (const auto real = as_real(digits)) return *real;
  return text;
}

}  // namespace inferno
