#include "adapter/options/parse_options.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/common/nearest_name.hpp"
#include "adapter/options/config_file.hpp"
#include "adapter/options/option_table.hpp"
#include "adapter/options/option_value.hpp"

namespace inferno {
namespace {

// The texts of one source by option name.
using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

std::string dashed(std::string_view option) {
  return (option.size() == 1 ? "-" : "--") + std::string(option);
}

const OptionDefinition* find_option(std::string_view name) {
  for (const OptionDefinition& option : option_table()) {
    if (!name.empty() && option.name == name) return &option;
  }
  return nullptr;
}

std::string unknown_flag(std::string_view argument, std::string_view name) {
  std::vector<std::string_view> names{"config", "help", "version"};
  for (const OptionDefinition& option : option_table()) {
    if (!option.name.empty()) names.push_back(option.name);
  }
  const auto nearest = nearest_name(name, names);
  return std::string(argument) + ": unknown option" +
         (nearest ? "; did you mean " + dashed(*nearest) + "?" : "; --help lists them all");
}

struct Flags {
  CommandLine::Action action = CommandLine::Action::run;
  std::optional<std::string> config_file;
  Values values;
};

// Flags as Go programs take them: one or two dashes, "--name value" or "--name=value". A boolean alone means true; it
// may be followed by its value all the same, since nothing else could stand there.
ParseResult<Flags> read_flags(std::span<const std::string> arguments) {
  Flags flags;
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    std::string_view name = arguments[index];
    if (!name.starts_with('-') || name.size() < 2) {
      return ParseError{"unexpected argument \"" + arguments[index] + "\": options start with --"};
    }
    name.remove_prefix(name.starts_with("--") ? 2 : 1);
    std::optional<std::string> text;
    if (const std::size_t equals = name.find('='); equals != std::string_view::npos) {
      text = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    if (name == "help" || name == "h") {
      flags.action = CommandLine::Action::show_help;
      return flags;
    }
    if (name == "version") {
      flags.action = CommandLine::Action::show_version;
      continue;
    }
    const bool is_config = name == "config";
    const OptionDefinition* option = find_option(name);
    if (option == nullptr && !is_config) return ParseError{unknown_flag(arguments[index], name)};
    if (!text && !is_config && option->is_boolean()) {
      const bool value_follows = index + 1 < arguments.size() && parse_boolean(arguments[index + 1]);
      text = value_follows ? arguments[++index] : "true";
    }
    if (!text) {
      if (++index == arguments.size()) return ParseError{dashed(name) + ": needs a value"};
      text = arguments[index];
    }
    if (is_config) {
      flags.config_file = std::move(text);
    } else {
      flags.values[std::string(name)].push_back(std::move(*text));
    }
  }
  return flags;
}

// A variable that is set to nothing counts as not set: deployment templates leave them so.
const std::string* find_variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() || found->second.empty() ? nullptr : &found->second;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    if (length > 0) lines.emplace_back(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return lines;
}

struct Given {
  std::vector<std::string> texts;
  std::string origin;
};

// The value of the highest source that has one.
std::optional<Given> find_given(const OptionDefinition& option, const Values& flags, const Environment& environment,
                                const std::optional<ConfigFile>& file) {
  if (const auto found = flags.find(option.name); found != flags.end()) return Given{found->second, "flag"};
  const std::string own_name = option.name.empty() ? std::string{} : environment_name(option.name);
  for (const std::string& name : {own_name, std::string(option.environment)}) {
    const std::string* variable = find_variable(environment, name);
    if (variable == nullptr) continue;
    return Given{option.repeatable ? lines_of(*variable) : std::vector{*variable}, "environment " + name};
  }
  if (!file) return std::nullopt;
  const auto found = file->values.find(option.name);
  if (found == file->values.end()) return std::nullopt;
  return Given{found->second, "file " + file->path};
}

std::string label_of(const OptionDefinition& option) {
  return option.name.empty() ? std::string(option.environment) : dashed(option.name);
}

// Without authentication only this machine may ask.
void choose_bind_address(Options& options) {
  if (!options.server.bind_address.empty()) return;
  const bool anonymous = !options.state.standalone_dir.empty() && options.server.client_ca_file.empty() &&
                         options.server.token_auth_file.empty();
  options.server.bind_address = anonymous ? "127.0.0.1" : "0.0.0.0";
}

}  // namespace

ParseResult<CommandLine> parse_options(std::span<const std::string> arguments, const Environment& environment) {
  const auto read = read_flags(arguments);
  if (!read) return read.error();
  const Flags& flags = *read;
  CommandLine result;
  result.action = flags.action;
  if (result.action != CommandLine::Action::run) return result;

  std::optional<ConfigFile> file;
  const std::string* config_path = find_variable(environment, "INFERNO_CONFIG");
  if (flags.config_file) config_path = &*flags.config_file;
  if (config_path != nullptr) {
    auto contents = read_config_file(*config_path);
    if (!contents) return ParseError{"--config: " + contents.error().message};
    file = std::move(*contents);
  }

  for (const OptionDefinition& option : option_table()) {
    if (!option.default_text.empty()) option.set(result.options, {std::string(option.default_text)});
    const auto given = find_given(option, flags.values, environment, file);
    if (!given) continue;
    if (const auto problem = option.set(result.options, given->texts)) {
      return ParseError{label_of(option) + ": " + *problem + " (" + given->origin + ")"};
    }
    result.origins.emplace(option.name, given->origin);
  }
  choose_bind_address(result.options);
  return result;
}

std::string describe(const OptionProblem& problem, const CommandLine& command_line) {
  const auto origin = command_line.origins.find(problem.option);
  return dashed(problem.option) + ": " + problem.message +
         (origin == command_line.origins.end() ? "" : " (" + origin->second + ")");
}

}  // namespace inferno
