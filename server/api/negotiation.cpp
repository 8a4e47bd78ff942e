#include "server/api/negotiation.hpp"

#include <array>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <stdexcept>

namespace inferno::server {
namespace {

using boost::beast::iequals;

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// Cuts the part up to `separator` off the front of `rest`; separators inside a quoted string don't count.
std::string_view cut(std::string_view& rest, char separator) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (quoted && c == '\\') {
      ++i;
    } else if (!quoted && c == separator) {
      break;
    }
  }
  const std::string_view part = rest.substr(0, i);
  rest.remove_prefix(i < rest.size() ? i + 1 : rest.size());
  return trim(part);
}

std::string_view unquote(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

// A weight in thousandths: "0.5" is 500.
int parse_weight(std::string_view text) {
  constexpr int one = 1000;
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return one;
  int weight = text[0] == '1' ? one : 0;
  if (text.size() == 1) return weight;
  if (text[1] != '.') return one;
  int unit = 100;
  for (const char digit : text.substr(2)) {
    if (digit < '0' || digit > '9') return one;
    weight += (digit - '0') * unit;
    unit /= 10;
  }
  return weight <= one ? weight : one;
}

struct MediaRange {
  std::string_view type;
  std::string_view subtype;
  std::string_view as;
  std::string_view group;
  std::string_view version;
  int weight = 1000;
};

MediaRange parse_range(std::string_view text) {
  MediaRange range;
  std::string_view full_type = cut(text, ';');
  range.type = cut(full_type, '/');
  range.subtype = full_type;
  while (!text.empty()) {
    std::string_view parameter = cut(text, ';');
    const std::string_view name = cut(parameter, '=');
    const std::string_view value = unquote(trim(parameter));
    if (iequals(name, "q")) {
      range.weight = parse_weight(value);
    } else if (iequals(name, "as")) {
      range.as = value;
    } else if (iequals(name, "g")) {
      range.group = value;
    } else if (iequals(name, "v")) {
      range.version = value;
    }
  }
  return range;
}

// 0 where the range doesn't include the offer; more is more specific.
int specificity(const MediaRange& range, const MediaType& offer) {
  if (range.as != offer.as) return 0;
  if (!offer.as.empty() && (range.group != offer.group || range.version != offer.version)) return 0;
  if (range.type == "*") return range.subtype == "*" ? 1 : 0;
  if (!iequals(range.type, "application")) return 0;
  if (range.subtype == "*") return 2;
  return iequals(range.subtype, offer.subtype) ? 3 : 0;
}

// Takes ranges in the order of the header and keeps the most specific for each offer.
class Ranking {
 public:
  explicit Ranking(std::span<const MediaType> offers) : offers_(offers) {
    if (offers.empty() || offers.size() > max_offers) throw std::logic_error("negotiate: between 1 and 8 offers");
  }

  void consider(std::string_view accept) {
    while (!accept.empty()) {
      const std::string_view text = cut(accept, ',');
      if (text.empty()) continue;
      const MediaRange range = parse_range(text);
      ++ranges_;
      for (std::size_t i = 0; i < offers_.size(); ++i) {
        const int specific = specificity(range, offers_[i]);
        if (specific > marks_.at(i).specificity) marks_.at(i) = {specific, range.weight, ranges_};
      }
    }
  }

  [[nodiscard]] std::optional<std::size_t> best() const {
    if (ranges_ == 0) return 0;
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < offers_.size(); ++i) {
      const Mark& mark = marks_.at(i);
      if (mark.weight == 0) continue;
      if (!best || mark.weight > marks_.at(*best).weight ||
          (mark.weight == marks_.at(*best).weight && mark.position < marks_.at(*best).position)) {
        best = i;
      }
    }
    return best;
  }

 private:
  struct Mark {
    int specificity = 0;
    int weight = 0;
    std::size_t position = 0;
  };
  std::span<const MediaType> offers_;
  std::array<Mark, max_offers> marks_;
  std::size_t ranges_ = 0;
};

}  // namespace

std::string MediaType::to_string() const {
  std::string text = "application/" + std::string(subtype);
  if (!as.empty()) {
    text += ";g=" + std::string(group) + ";v=" + std::string(version) + ";as=" + std::string(as);
  }
  return text;
}

std::optional<std::size_t> negotiate(std::string_view accept, std::span<const MediaType> offers) {
  Ranking ranking(offers);
  ranking.consider(accept);
  return ranking.best();
}

std::optional<std::size_t> negotiate(const boost::beast::http::fields& headers, std::span<const MediaType> offers) {
  Ranking ranking(offers);
  const auto lines = headers.equal_range(boost::beast::http::field::accept);
  for (auto line = lines.first; line != lines.second; ++line) ranking.consider(line->value());
  return ranking.best();
}

}  // namespace inferno::server
