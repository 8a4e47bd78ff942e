// The configuration file: a YAML map of option names (without dashes) to values; repeatable options take a list.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/parse_result.hpp"

namespace inferno {

struct ConfigFile {
  std::string path;
  std::map<std::string, std::vector<std::string>, std::less<>> values;  // as texts, by option name
};

// Unknown keys and values of the wrong shape are errors; values themselves are checked where they are used. Pure.
[[nodiscard]] ParseResult<ConfigFile> parse_config_file(const std::string& path, std::string_view text);

// Reads at most 1 MiB. The error starts with the path.
[[nodiscard]] ParseResult<ConfigFile> read_config_file(const std::string& path);

}  // namespace inferno
