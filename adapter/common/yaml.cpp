#include "adapter/common/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

namespace inferno {
namespace {

using Json = nlohmann::json;

constexpr std::size_t deepest_nesting = 100;
constexpr std::size_t values_beyond_bytes = 10'000;

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

Json plain_scalar(const std::string& text, YamlBooleans booleans) {
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

// `lines_before` come before the text that the mark counts from.
std::string at_line(std::size_t lines_before, const YAML::Mark& mark, std::string_view message) {
  // A null mark has line -1.
  return "line " + std::to_string(lines_before + static_cast<std::size_t>(mark.line + 1)) + ": " + std::string(message);
}

// A line that ends one document and starts the next, wherever it stands (YAML forbids it within a text).
bool is_document_start(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

// Neither empty nor a comment nor a directive, which belongs to the document that follows.
bool is_content(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  return first != std::string_view::npos && line[first] != '#' && line[0] != '%';
}

// The text up to the next document. A tree takes many times the room of its text: only one is held at a time.
std::string_view take_document(std::string_view& text) {
  bool content = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (content && is_document_start(line)) {
      const std::string_view document = text.substr(0, begin);
      text.remove_prefix(begin);
      return document;
    }
    content = content || is_content(line);
    begin = end + 1;
  }
  return std::exchange(text, {});
}

// Thrown and caught within this file: a recursive descent has no better way out.
struct ConversionError {
  std::string message;
};

class Converter {
 public:
  Converter(std::size_t text_size, YamlBooleans booleans)
      : most_values_(text_size + values_beyond_bytes), booleans_(booleans) {}

  // Lines before the text that the nodes to come were parsed from.
  void set_lines_before(std::size_t lines) { lines_before_ = lines; }

  Json convert(const YAML::Node& node, std::size_t depth = 0) {
    if (depth > deepest_nesting) {
      throw ConversionError{
          at_line(lines_before_, node.Mark(), "nested deeper than " + std::to_string(deepest_nesting) + " levels")};
    }
    if (++values_ > most_values_) {
      throw ConversionError{at_line(lines_before_, node.Mark(),
                                    "aliases expand to more than " + std::to_string(most_values_) + " values")};
    }
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        return scalar(node);
      case YAML::NodeType::Sequence: {
        Json array = Json::array();
        for (const YAML::Node& item : node) array.push_back(convert(item, depth + 1));
        return array;
      }
      case YAML::NodeType::Map:
        return map(node, depth);
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined:
        break;
    }
    return nullptr;
  }

 private:
  [[nodiscard]] Json scalar(const YAML::Node& node) const {
    const std::string& tag = node.Tag();
    const bool plain = tag == "?" || tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:float" ||
                       tag == "tag:yaml.org,2002:bool" || tag == "tag:yaml.org,2002:null";
    return plain ? plain_scalar(node.Scalar(), booleans_) : Json(node.Scalar());
  }

  Json map(const YAML::Node& node, std::size_t depth) {
    Json object = Json::object();
    Json merged = Json::object();
    for (const auto& item : node) {
      const YAML::Node& key = item.first;
      const YAML::Node& value = item.second;
      if (!key.IsScalar()) throw ConversionError{at_line(lines_before_, key.Mark(), "a key must be text")};
      if (key.Scalar() == "<<" && key.Tag() == "?") {
        merge(merged, value, depth);
        continue;
      }
      if (object.contains(key.Scalar())) {
        throw ConversionError{at_line(lines_before_, key.Mark(), "key \"" + key.Scalar() + "\" is written twice")};
      }
      object[key.Scalar()] = convert(value, depth + 1);
    }
    // A key of the map itself beats a merged one.
    for (auto& [key, value] : merged.items()) {
      if (!object.contains(key)) object[key] = std::move(value);
    }
    return object;
  }

  // The value of a merge key: a map or a list of maps, of which earlier ones win.
  void merge(Json& merged, const YAML::Node& value, std::size_t depth) {
    Json maps = convert(value, depth + 1);
    if (maps.is_object()) maps = Json::array({std::move(maps)});
    if (!maps.is_array()) throw ConversionError{at_line(lines_before_, value.Mark(), "the merge key << needs a map")};
    for (const Json& source : maps) {
      if (!source.is_object())
        throw ConversionError{at_line(lines_before_, value.Mark(), "the merge key << needs a map")};
      for (const auto& [key, item] : source.items()) {
        if (!merged.contains(key)) merged[key] = item;
      }
    }
  }

  std::size_t most_values_;
  YamlBooleans booleans_;
  std::size_t values_ = 0;
  std::size_t lines_before_ = 0;
};

}  // namespace

ParseResult<std::vector<YamlDocument>> parse_yaml_documents(std::string_view text, YamlBooleans booleans) {
  std::size_t lines_before = 0;
  try {
    std::vector<YamlDocument> documents;
    Converter converter(text.size(), booleans);
    while (!text.empty()) {
      const std::string_view piece = take_document(text);
      converter.set_lines_before(lines_before);
      for (const YAML::Node& node : YAML::LoadAll(std::string(piece))) {
        Json value = converter.convert(node);
        if (value.is_null()) continue;
        const std::size_t line = lines_before + static_cast<std::size_t>(node.Mark().line) + 1;
        documents.push_back({.value = std::move(value), .line = line});
      }
      lines_before += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
    }
    return documents;
  } catch (const YAML::Exception& error) {
    return ParseError{at_line(lines_before, error.mark, error.msg)};
  } catch (const ConversionError& error) {
    return ParseError{error.message};
  }
}

ParseResult<YamlDocument> parse_yaml(std::string_view text, YamlBooleans booleans) {
  auto documents = parse_yaml_documents(text, booleans);
  if (!documents) return documents.error();
  if (documents->empty()) return YamlDocument{};
  return std::move(documents->front());
}

}  // namespace inferno
