#include "adapter/common/yaml.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
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

}  // namespace

ParseResult<std::vector<YamlDocument>> parse_yaml_documents(std::string_view text, YamlBooleans booleans) {
  if (const auto invalid = find_invalid_utf8(text)) {
    const auto lines_before = std::ranges::count(text.substr(0, *invalid), '\n');
    return error_at_line(static_cast<std::size_t>(lines_before) + 1, "not valid UTF-8");
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    YamlJsonBuilder builder(text.size() + values_beyond_bytes, booleans);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take_documents();
  } catch (const YAML::Exception& error) {
    return error_at_line(static_cast<std::size_t>(std::max(error.mark.line, 0)) + 1, error.msg);  // -1 where unknown
  } catch (const YamlBuildError& error) {
    return error_at_line(error.line, error.message);
  }
}

ParseResult<YamlDocument> parse_yaml(std::string_view text, YamlBooleans booleans) {
  auto documents = parse_yaml_documents(text, booleans);
  if (!documents) return documents.error();
  if (documents->empty()) return YamlDocument{};
  return std::move(documents->front());
}

}  // namespace inferno
