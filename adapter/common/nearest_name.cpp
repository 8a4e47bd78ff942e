#include "adapter/common/nearest_name.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace inferno {
namespace {

// Longer names are not typing errors; comparing them would only cost time (the edit distance is quadratic).
constexpr std::size_t longest_name = 100;

std::string folded(std::string_view name) {
  std::string result;
  for (const char character : name) {
    if (character == '-' || character == '_') continue;
    const bool upper = character >= 'A' && character <= 'Z';
    result += upper ? static_cast<char>(character - 'A' + 'a') : character;
  }
  return result;
}

// Levenshtein distance.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t substituted = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
  if (name.size() > longest_name) return std::nullopt;
  const std::string wanted = folded(name);
  std::optional<std::string> nearest;
  std::size_t fewest = wanted.size() / 3 + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edits(wanted, folded(candidate));
    if (distance < fewest) {
      fewest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace inferno
