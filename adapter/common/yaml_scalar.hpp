// What a plain (unquoted) YAML scalar stands for. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "adapter/common/yaml.hpp"

namespace inferno {

// Null, boolean, integer, real, or the text itself. Infinities and NaN, which JSON cannot hold, stay text.
[[nodiscard]] nlohmann::json resolve_plain_scalar(const std::string& text, YamlBooleans booleans);

}  // namespace inferno
