#include "server/api/label_syntax.hpp"

#include <algorithm>
#include <cstddef>

namespace inferno::server {
namespace {

constexpr std::size_t max_name_length = 63;
constexpr std::size_t max_prefix_length = 253;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alphanumeric(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

// The shape that names and values share: alphanumeric at both ends, '-', '_' and '.' between.
bool is_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_dns_label(std::string_view text) {
  return !text.empty() && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.size() > max_prefix_length) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<std::string> label_key_fault(std::string_view key) {
  std::string_view name = key;
  if (const std::size_t slash = key.find('/'); slash != std::string_view::npos) {
    if (!is_dns_subdomain(key.substr(0, slash))) {
      return "the part before '/' must be a lowercase DNS subdomain of at most 253 characters";
    }
    name = key.substr(slash + 1);
  }
  if (name.size() > max_name_length) return "the name part must have at most 63 characters";
  if (!is_name(name)) {
    return "the name part must consist of alphanumeric characters, '-', '_' or '.', and start and end with an "
           "alphanumeric "
           "character";
  }
  return std::nullopt;
}

std::optional<std::string> label_value_fault(std::string_view value) {
  if (value.size() > max_name_length) return "a label value must have at most 63 characters";
  if (!value.empty() && !is_name(value)) {
    return "a label value must be empty or consist of alphanumeric characters, '-', '_' or '.', and start and end with "
           "an "
           "alphanumeric character";
  }
  return std::nullopt;
}

}  // namespace inferno::server
