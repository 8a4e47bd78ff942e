#include "adapter/common/yaml.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "adapter/common/utf8.hpp"
#include "adapter/common/yaml_json_builder.hpp"

namespace inferno {
namespace {

constexpr std::size_t values_beyond_bytes = 10'000;

ParseError error_at_line(std::size_t line, std::string_view message) {
  return {"line " + std::to_string(line) + ": " + std::string(message)};
}

std::size_t line_of(std::string_view text, std::size_t position) {
  return static_cast<std::size_t>(std::ranges::count(text.substr(0, position), '\n')) + 1;
}

// What YAML forbids in any place. yaml-cpp would not complain: it takes byte 4 for the end of the text and garbles what
// follows byte 0.
std::optional<ParseError> find_unreadable(std::string_view text, std::size_t first_line) {
  const auto error_at = [&](std::size_t position, std::string_view message) {
    return error_at_line(line_of(text, position) + first_line - 1, message);
  };
  if (const auto invalid = find_invalid_utf8(text)) return error_at(*invalid, "not valid UTF-8");
  const auto is_control = [](char character) {
    const auto byte = static_cast<unsigned char>(character);
    return (byte < 0x20 && character != '\t' && character != '\n' && character != '\r') || byte == 0x7F;
  };
  const auto control = std::ranges::find_if(text, is_control);
  if (control == text.end()) return std::nullopt;
  return error_at(static_cast<std::size_t>(control - text.begin()), "control characters are not allowed");
}

}  // namespace

ParseResult<std::vector<YamlDocument>> parse_yaml_documents(std::string_view text, YamlBooleans booleans,
                                                            std::size_t first_line) {
  if (auto error = find_unreadable(text, first_line)) return *error;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    YamlJsonBuilder builder(text.size() + values_beyond_bytes, booleans);
    while (parser.HandleNextDocument(builder)) {
    }
    auto documents = builder.take_documents();
    for (YamlDocument& document : documents) document.line += first_line - 1;
    return documents;
  } catch (const YAML::Exception& error) {
    return error_at_line(static_cast<std::size_t>(std::max(error.mark.line, 0)) + first_line,
                         error.msg);  // -1 where unknown
  } catch (const YamlBuildError& error) {
    return error_at_line(error.line + first_line - 1, error.message);
  }
}

ParseResult<YamlDocument> parse_yaml(std::string_view text, YamlBooleans booleans) {
  auto documents = parse_yaml_documents(text, booleans);
  if (!documents) return documents.error();
  if (documents->empty()) return YamlDocument{};
  return std::move(documents->front());
}

}  // namespace inferno
