#include "adapter/common/go_duration.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace inferno {
namespace {

// Magnitudes are unsigned up to 2^63, so that the most negative duration can be read too (as in Go).
constexpr std::uint64_t largest_magnitude = std::uint64_t{1} << 63U;

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 8> units{{
    {"ns", 1},
    {"us", 1'000},
    {"\xC2\xB5s", 1'000},  // U+00B5, micro sign
    {"\xCE\xBCs", 1'000},  // U+03BC, Greek letter mu
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

std::optional<std::uint64_t> unit_nanoseconds(std::string_view name) {
  for (const auto& [unit, nanoseconds] : units) {
    if (unit == name) return nanoseconds;
  }
  return std::nullopt;
}

// Leading digits of `text`, which it removes. Nothing on overflow.
std::optional<std::uint64_t> take_integer(std::string_view& text) {
  std::uint64_t value = 0;
  while (!text.empty() && is_digit(text.front())) {
    if (value > largest_magnitude / 10) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
    if (value > largest_magnitude) return std::nullopt;
    text.remove_prefix(1);
  }
  return value;
}

struct Fraction {
  std::uint64_t numerator = 0;
  double denominator = 1;
};

// Digits after the point; those beyond the precision of 63 bits are read and ignored, they can't overflow.
Fraction take_fraction(std::string_view& text) {
  Fraction fraction;
  bool overflow = false;
  while (!text.empty() && is_digit(text.front())) {
    const auto digit = static_cast<std::uint64_t>(text.front() - '0');
    text.remove_prefix(1);
    if (overflow) continue;
    if (fraction.numerator > (largest_magnitude - 1) / 10) {
      overflow = true;
      continue;
    }
    const std::uint64_t next = fraction.numerator * 10 + digit;
    if (next > largest_magnitude) {
      overflow = true;
      continue;
    }
    fraction.numerator = next;
    fraction.denominator *= 10;
  }
  return fraction;
}

std::string quoted(std::string_view text) {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  std::string result = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      result += '\\';
      result += character;
    } else if (byte < 0x20 || byte >= 0x7F) {
      result += "\\x";
      result += hexadecimal[byte >> 4U];
      result += hexadecimal[byte & 0xFU];
    } else {
      result += character;
    }
  }
  return result + '"';
}

ParseError invalid(std::string_view text) {
  return {"time: invalid duration " + quoted(text)};
}

// One number with its unit at the start of `rest`, in nanoseconds.
ParseResult<std::uint64_t> take_term(std::string_view& rest, std::string_view whole) {
  if (rest.front() != '.' && !is_digit(rest.front())) return invalid(whole);
  const std::size_t before_integer = rest.size();
  const auto integer = take_integer(rest);
  if (!integer) return invalid(whole);
  const bool has_integer = rest.size() != before_integer;

  Fraction fraction;
  bool has_fraction = false;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    const std::size_t before_fraction = rest.size();
    fraction = take_fraction(rest);
    has_fraction = rest.size() != before_fraction;
  }
  if (!has_integer && !has_fraction) return invalid(whole);

  std::size_t unit_length = 0;
  while (unit_length < rest.size() && rest[unit_length] != '.' && !is_digit(rest[unit_length])) ++unit_length;
  if (unit_length == 0) return ParseError{"time: missing unit in duration " + quoted(whole)};
  const std::string_view unit_name = rest.substr(0, unit_length);
  rest.remove_prefix(unit_length);
  const auto unit = unit_nanoseconds(unit_name);
  if (!unit) return ParseError{"time: unknown unit " + quoted(unit_name) + " in duration " + quoted(whole)};

  if (*integer > largest_magnitude / *unit) return invalid(whole);
  std::uint64_t nanoseconds = *integer * *unit;
  if (fraction.numerator > 0) {
    nanoseconds += static_cast<std::uint64_t>(static_cast<double>(fraction.numerator) *
                                              (static_cast<double>(*unit) / fraction.denominator));
    if (nanoseconds > largest_magnitude) return invalid(whole);
  }
  return nanoseconds;
}

// `value` / 10^digits with trailing zeros of the fraction left out.
std::string decimal(std::uint64_t value, unsigned digits) {
  std::uint64_t divisor = 1;
  for (unsigned index = 0; index < digits; ++index) divisor *= 10;
  std::string result = std::to_string(value / divisor);
  std::string fraction = std::to_string(value % divisor);
  fraction.insert(0, digits - fraction.size(), '0');
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (!fraction.empty()) result += '.' + fraction;
  return result;
}

}  // namespace

ParseResult<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  if (rest == "0") return std::chrono::nanoseconds{0};
  if (rest.empty()) return invalid(text);

  std::uint64_t total = 0;
  while (!rest.empty()) {
    const auto term = take_term(rest, text);
    if (!term) return term.error();
    total += *term;  // both are at most 2^63: the sum can't wrap unless both are 2^63, which the next line's bound
                     // excludes for total
    if (total > largest_magnitude || total < *term) return invalid(text);
  }
  if (negative) return std::chrono::nanoseconds{static_cast<std::int64_t>(~total + 1)};
  if (total == largest_magnitude) return invalid(text);
  return std::chrono::nanoseconds{static_cast<std::int64_t>(total)};
}

ParseResult<Duration> parse_positive_go_duration(std::string_view text) {
  const auto duration = parse_go_duration(text);
  if (!duration) return duration.error();
  if (*duration <= std::chrono::nanoseconds{0}) {
    return ParseError{"duration " + quoted(text) + " is not positive"};
  }
  const auto truncated = std::chrono::duration_cast<Duration>(*duration);
  return truncated < *duration ? truncated + Duration{1} : truncated;
}

std::string format_go_duration(std::chrono::nanoseconds duration) {
  const auto count = duration.count();
  const std::uint64_t magnitude =
      count < 0 ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
  const std::string sign = count < 0 ? "-" : "";
  if (magnitude == 0) return "0s";
  if (magnitude < 1'000) return sign + std::to_string(magnitude) + "ns";
  if (magnitude < 1'000'000) return sign + decimal(magnitude, 3) + "\xC2\xB5s";
  if (magnitude < 1'000'000'000) return sign + decimal(magnitude, 6) + "ms";

  constexpr std::uint64_t minute = 60'000'000'000;
  std::string result = decimal(magnitude % minute, 9) + "s";
  const std::uint64_t minutes = magnitude / minute;
  if (minutes > 0) result.insert(0, std::to_string(minutes % 60) + "m");
  if (minutes >= 60) result.insert(0, std::to_string(minutes / 60) + "h");
  return sign + result;
}

}  // namespace inferno
