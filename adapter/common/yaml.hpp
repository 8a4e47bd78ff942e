// YAML text to JSON values: the one YAML reader, for cluster objects, ConfigMap entries and the configuration file.
// Anchors, aliases and merge keys are understood. Quoted scalars are text, plain ones numbers, booleans or null where
// they look so (014 and 0x10 are integers, 1_000 is 1000). A key that is written twice is an error, and so is text that
// is not UTF-8 or holds control characters. Pure; safe to call from any thread. Bounded: nesting over 100 levels is an
// error, and so are more values than the text has bytes plus 10,000 (aliases expand; without them no text holds that
// many).
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/parse_result.hpp"

namespace inferno {

// Which plain scalars are booleans.
enum class YamlBooleans : std::uint8_t {
  yaml_1_1 = 1,  // also yes, no, on, off, y, n: as kubectl reads objects
  yaml_1_2,      // true and false only (in three spellings): as Go's yaml.v3 reads what is not wanted as a boolean
};

struct YamlDocument {
  nlohmann::json value;
  std::size_t line = 1;  // where it starts
};

// Every document of the text; those that hold nothing (null) are left out. The error's message starts with "line N: ".
// Lines count from `first_line`.
[[nodiscard]] ParseResult<std::vector<YamlDocument>> parse_yaml_documents(
    std::string_view text, YamlBooleans booleans = YamlBooleans::yaml_1_1, std::size_t first_line = 1);

// The first document; null where there is none.
[[nodiscard]] ParseResult<YamlDocument> parse_yaml(std::string_view text,
                                                   YamlBooleans booleans = YamlBooleans::yaml_1_1);

}  // namespace inferno
