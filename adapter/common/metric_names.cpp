#include "adapter/common/metric_names.hpp"

#include <algorithm>

namespace inferno {

bool is_metric_name(std::string_view text) {
  const auto is_first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':'; };
  const auto is_other = [&](char c) { return is_first(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && is_first(text.front()) && std::ranges::all_of(text, is_other);
}

bool is_series(std::string_view text) {
  const std::size_t brace = text.find('{');
  if (brace == std::string_view::npos) return is_metric_name(text);
  return is_metric_name(text.substr(0, brace)) && text.ends_with('}') && brace + 2 < text.size();
}

}  // namespace inferno
