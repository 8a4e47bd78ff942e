// YAML text to JSON values, read as kubectl reads it: anchors, aliases and merge keys; plain scalars by YAML 1.1
// (yes/no/on/off are booleans, 014 and 0x10 are integers, 1_000 is 1000); quoted ones are strings. Unlike kubectl, a
// key that is written twice is an error. The one YAML reader: cluster objects, ConfigMap entries and the configuration
// file all go through it. Pure; safe to call from any thread. Bounded: nesting over 100 levels or over a million values
// (aliases expand) is an error.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/parse_result.hpp"

namespace inferno {

struct YamlDocument {
  nlohmann::json value;
  std::size_t line = 1;  // where it starts
};

// Every document of the text; those that hold nothing (null) are left out. The error's message starts with "line N: ".
[[nodiscard]] ParseResult<std::vector<YamlDocument>> parse_yaml_documents(std::string_view text);

// The first document; null where there is none.
[[nodiscard]] ParseResult<YamlDocument> parse_yaml(std::string_view text);

}  // namespace inferno
