#include "adapter/options/config_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "adapter/common/nearest_name.hpp"
#include "adapter/common/yaml.hpp"
#include "adapter/options/option_table.hpp"

namespace inferno {
namespace {

using Json = nlohmann::json;

constexpr std::size_t largest_file = std::size_t{1} << 20U;

std::optional<std::string> as_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number()) return value.dump();
  return std::nullopt;
}

std::string unknown_key(const std::string& key) {
  std::vector<std::string_view> names;
  for (const OptionDefinition& option : option_table()) {
    if (!option.name.empty()) names.push_back(option.name);
  }
  const auto nearest = nearest_name(key, names);
  return "unknown key \"" + key + "\"" +
         (nearest ? "; did you mean \"" + *nearest + "\"?" : "; --help lists the options");
}

// The value's texts, or what is wrong with its shape.
boost::system::result<std::vector<std::string>, ParseError> texts_of(const OptionDefinition& option,
                                                                     const Json& value) {
  const bool is_list = value.is_array();
  if (is_list && !option.repeatable)
    return ParseError{"\"" + std::string(option.name) + "\" takes one value, not a list"};
  std::vector<std::string> texts;
  for (const Json& item : is_list ? value : Json::array({value})) {
    auto text = as_text(item);
    if (!text)
      return ParseError{"\"" + std::string(option.name) + "\" needs a plain value" +
                        (option.repeatable ? " or a list of them" : "")};
    texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace

ParseResult<ConfigFile> parse_config_file(const std::string& path, std::string_view text) {
  const auto document = parse_yaml(text);
  if (!document) return ParseError{path + ": " + document.error().message};
  ConfigFile result{.path = path, .values = {}};
  if (document->value.is_null()) return result;
  if (!document->value.is_object()) return ParseError{path + ": a map of options to values is expected"};
  for (const auto& [key, value] : document->value.items()) {
    const auto& table = option_table();
    const auto option = std::ranges::find(table, key, &OptionDefinition::name);
    if (option == table.end() || key.empty()) return ParseError{path + ": " + unknown_key(key)};
    auto texts = texts_of(*option, value);
    if (!texts) return ParseError{path + ": " + texts.error().message};
    if (!texts->empty()) result.values.emplace(key, std::move(*texts));
  }
  return result;
}

ParseResult<ConfigFile> read_config_file(const std::string& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return ParseError{path + " can't be opened: " + std::generic_category().message(errno)};
  std::string text(largest_file + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return ParseError{path + " can't be read: " + std::generic_category().message(errno)};
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > largest_file) return ParseError{path + " is larger than 1 MiB"};
  return parse_config_file(path, text);
}

}  // namespace inferno
