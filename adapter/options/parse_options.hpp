// From command line, environment and configuration file to Options: flag > environment > file > default, option by
// option.
//
// The only I/O is reading the file. Errors are one line that names the option, where the value came from, and what
// would be right.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>

#include "adapter/common/parse_result.hpp"
#include "adapter/options/environment.hpp"
#include "adapter/options/options.hpp"

namespace inferno {

struct CommandLine {
  enum class Action : std::uint8_t { run = 1, show_help, show_version };

  Action action = Action::run;
  Options options;
  // Option name to where its value came from: "flag", "environment NAME", "file FILE". Those left at their default are
  // not in it.
  std::map<std::string, std::string, std::less<>> origins;
};

// `arguments` without the program's name.
[[nodiscard]] ParseResult<CommandLine> parse_options(std::span<const std::string> arguments,
                                                     const Environment& environment);

// "--secure-port: message (environment INFERNO_SECURE_PORT)", for problems found after parsing.
[[nodiscard]] std::string describe(const OptionProblem& problem, const CommandLine& command_line);

}  // namespace inferno
