#include "server/auth/field_selector.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace inferno::server {
namespace {

// At commas that no backslash precedes.
std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> terms;
  std::size_t begin = 0;
  bool escaped = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (escaped) {
      escaped = false;
    } else if (text[at] == '\\') {
      escaped = true;
    } else if (text[at] == ',') {
      terms.push_back(text.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  terms.push_back(text.substr(begin));
  return terms;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string value;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == ',' || text[at] == '=') return std::nullopt;
    if (text[at] == '\\') {
      ++at;
      if (at == text.size() || std::string_view("\\,=").find(text[at]) == std::string_view::npos) return std::nullopt;
    }
    value += text[at];
  }
  return value;
}

std::optional<FieldRequirement> parse_term(std::string_view term) {
  for (std::size_t at = 0; at < term.size(); ++at) {
    const std::string_view rest = term.substr(at);
    for (const std::string_view op : {"!=", "==", "="}) {
      if (!rest.starts_with(op)) continue;
      auto value = unescaped(rest.substr(op.size()));
      if (!value) return std::nullopt;
      return FieldRequirement{std::string(term.substr(0, at)), *std::move(value), op != "!="};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<FieldRequirement>> parse_field_selector(std::string_view text) {
  std::vector<std::string_view> terms = split_terms(text);
  std::ranges::sort(terms);
  std::vector<FieldRequirement> requirements;
  for (const std::string_view term : terms) {
    if (term.empty()) continue;
    auto requirement = parse_term(term);
    if (!requirement) return std::nullopt;
    requirements.push_back(*std::move(requirement));
  }
  return requirements;
}

}  // namespace inferno::server
