#include "adapter/options/option_value.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace inferno {
namespace {

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

constexpr std::string_view lower_case = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper_case = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool is_any(char character, std::initializer_list<std::string_view> sets) {
  return std::ranges::any_of(
      sets, [character](std::string_view set) { return set.find(character) != std::string_view::npos; });
}

// A text that starts with one of `first` plus letters and goes on with those plus digits.
bool is_identifier(std::string_view text, std::string_view first) {
  if (text.empty() || is_any(text.front(), {digits})) return false;
  return std::ranges::all_of(text, [first](char c) { return is_any(c, {lower_case, upper_case, digits, first}); });
}

}  // namespace

ParseResult<bool> parse_boolean(const std::string& text) {
  constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "true", "True", "TRUE"};
  constexpr std::array<std::string_view, 6> no{"0", "f", "F", "false", "False", "FALSE"};
  if (std::ranges::find(yes, text) != yes.end()) return true;
  if (std::ranges::find(no, text) != no.end()) return false;
  return ParseError{quoted(text) + " is neither true nor false"};
}

ParseResult<std::uint64_t> parse_integer(const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= least && value <= most) return value;
  return ParseError{quoted(text) + " is not a whole number from " + std::to_string(least) + " to " +
                    std::to_string(most)};
}

ParseResult<std::size_t> parse_bytes(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 7> suffixes{{
      {"", 1},
      {"k", 1'000},
      {"M", 1'000'000},
      {"G", 1'000'000'000},
      {"Ki", std::size_t{1} << 10U},
      {"Mi", std::size_t{1} << 20U},
      {"Gi", std::size_t{1} << 30U},
  }};
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto* const unit = std::ranges::find(suffixes, suffix, &std::pair<std::string_view, std::size_t>::first);
  if (error != std::errc{} || unit == suffixes.end() || number == 0 ||
      number > std::numeric_limits<std::size_t>::max() / unit->second) {
    return ParseError{quoted(text) + " is not a number of bytes such as 64Mi, 1Gi or 500k"};
  }
  return number * unit->second;
}

ParseResult<TlsVersion> parse_tls_version(const std::string& text) {
  if (text == "VersionTLS12" || text == "1.2") return TlsVersion::tls_1_2;
  if (text == "VersionTLS13" || text == "1.3") return TlsVersion::tls_1_3;
  return ParseError{quoted(text) + " is neither VersionTLS12 nor VersionTLS13"};
}

ParseResult<LogFormat> parse_log_format(const std::string& text) {
  if (text == "text") return LogFormat::text;
  if (text == "json") return LogFormat::json;
  return ParseError{quoted(text) + " is neither text nor json"};
}

bool is_ip_address(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1 || ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_loopback_address(const std::string& text) {
  return text == "::1" || (is_ip_address(text) && text.starts_with("127."));
}

bool is_label_name(std::string_view text) {
  return is_identifier(text, "_");
}

bool is_label_matcher(std::string_view text) {
  const std::size_t name_end = text.find_first_of("=!");
  if (name_end == std::string_view::npos || !is_label_name(text.substr(0, name_end))) return false;
  std::string_view rest = text.substr(name_end);
  constexpr std::array<std::string_view, 4> operators{"=~", "!~", "!=", "="};
  const auto* const used =
      std::ranges::find_if(operators, [rest](std::string_view op) { return rest.starts_with(op); });
  if (used == operators.end()) return false;
  rest.remove_prefix(used->size());
  if (rest.size() < 2 || rest.front() != '"' || rest.back() != '"') return false;
  rest = rest.substr(1, rest.size() - 2);
  for (std::size_t index = 0; index < rest.size(); ++index) {
    if (rest[index] == '"' || rest[index] == '\n') return false;
    if (rest[index] != '\\') continue;
    ++index;  // what is escaped may be anything, but something
    if (index == rest.size()) return false;
  }
  return true;
}

bool is_kubernetes_name(std::string_view text, bool dots) {
  const std::size_t longest = dots ? 253 : 63;
  if (text.empty() || text.size() > longest) return false;
  const auto is_inner = [dots](char c) { return is_any(c, {lower_case, digits, "-"}) || (dots && c == '.'); };
  return std::ranges::all_of(text, is_inner) && is_any(text.front(), {lower_case, digits}) &&
         is_any(text.back(), {lower_case, digits});
}

}  // namespace inferno
