// Every option once: its names, help, default and meaning. Command line, environment, configuration file, --help and
// the documentation's table all come from here, so that they can't disagree.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/options/options.hpp"

namespace inferno {

struct OptionDefinition {
  std::string_view name;          // "secure-port": the flag without dashes and the file's key; empty: environment only
  std::string_view value_name;    // "PORT" in --help; empty: a boolean
  std::string_view group;         // heading in --help
  std::string_view default_text;  // as one would write it; empty: nothing is set
  std::string_view help;          // ends without a period
  std::string_view environment;   // the variable that users of the guide have; beside INFERNO_<NAME>; may be empty
  bool repeatable = false;

  // Stores the texts (one, unless repeatable). An error says what is wrong with a text and what would be right.
  std::function<std::optional<std::string>(Options&, const std::vector<std::string>&)> set;

  [[nodiscard]] bool is_boolean() const { return value_name.empty(); }
};

// In the order of --help. Built once.
[[nodiscard]] const std::vector<OptionDefinition>& option_table();

// "INFERNO_SECURE_PORT" of "secure-port".
[[nodiscard]] std::string environment_name(std::string_view option);

// The text of --help.
[[nodiscard]] std::string help_text();

}  // namespace inferno
