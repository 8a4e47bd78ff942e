#include <string>
#include <string_view>

#include "adapter/options/option_table.hpp"

namespace inferno {
namespace {

constexpr std::size_t help_column = 42;
constexpr std::size_t line_width = 110;

// `text` in lines of bearable length, each after the first one indented to the help column.
void append_wrapped(std::string& result, std::string_view text) {
  std::size_t column = help_column;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    if (column > help_column && column + 1 + length > line_width) {
      result += '\n' + std::string(help_column, ' ');
      column = help_column;
    } else if (column > help_column) {
      result += ' ';
      ++column;
    }
    result += text.substr(0, length);
    column += length;
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  result += '\n';
}

void append_entry(std::string& result, std::string left, std::string_view help) {
  left.insert(0, "  ");
  if (left.size() + 2 > help_column) {
    result += left + '\n' + std::string(help_column, ' ');
  } else {
    result += left + std::string(help_column - left.size(), ' ');
  }
  append_wrapped(result, help);
}

std::string flag(const OptionDefinition& option) {
  if (option.name.empty()) return "(environment only)";
  std::string result = (option.name.size() == 1 ? "-" : "--") + std::string(option.name);
  if (!option.is_boolean()) result += ' ' + std::string(option.value_name);
  return result;
}

std::string description(const OptionDefinition& option) {
  std::string result(option.help);
  if (option.repeatable) result += "; may be given several times";
  if (!option.default_text.empty()) result += " (default " + std::string(option.default_text) + ")";
  if (!option.environment.empty()) result += " [" + std::string(option.environment) + "]";
  return result;
}

}  // namespace

std::string help_text() {
  std::string result =
      "inferno-adapter: desired replicas of LLM model variants, served through the Kubernetes custom and external "
      "metrics APIs\n"
      "\n"
      "usage: inferno-adapter [--config FILE] [OPTION...]\n"
      "\n"
      "A flag beats the environment, which beats the configuration file. Every option can also be set by the variable\n"
      "INFERNO_<OPTION> (INFERNO_SECURE_PORT), some by the variable in brackets, and by its name in the file.\n"
      "Durations are written as in Go: 500ms, 30s, 1h30m.\n";
  std::string_view group;
  for (const OptionDefinition& option : option_table()) {
    if (option.group != group) {
      group = option.group;
      result += "\n" + std::string(group) + ":\n";
    }
    append_entry(result, flag(option), description(option));
  }
  result += "\nGeneral:\n";
  append_entry(result, "--config FILE", "YAML file of options: \"secure-port: 6443\" [INFERNO_CONFIG]");
  append_entry(result, "--help", "print this and exit");
  append_entry(result, "--version", "print the version and exit");
  return result;
}

}  // namespace inferno
