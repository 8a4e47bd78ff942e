// Command line in, exit code out: 0 after a clean shutdown, 1 when it could not start or go on, 2 for bad usage.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "adapter/options/option_table.hpp"
#include "adapter/options/parse_options.hpp"
#include "adapter/program/find_problem.hpp"
#include "adapter/program/logging.hpp"
#include "adapter/program/memory.hpp"
#include "adapter/program/program.hpp"

namespace {

constexpr int failed = 1;
constexpr int bad_usage = 2;

int complain(const std::string& message) {
  std::fprintf(stderr, "inferno-adapter: %s\n", message.c_str());
  return bad_usage;
}

int run(const std::vector<std::string>& arguments) {
  using inferno::CommandLine;
  const auto parsed = inferno::parse_options(arguments, inferno::read_process_environment());
  if (!parsed) return complain(parsed.error().message);
  const CommandLine& command_line = *parsed;
  switch (command_line.action) {
    case CommandLine::Action::show_help:
      std::fputs(inferno::help_text().c_str(), stdout);
      return 0;
    case CommandLine::Action::show_version:
      std::puts("inferno-adapter " INFERNO_VERSION);
      return 0;
    case CommandLine::Action::run:
      break;
  }
  if (const auto problem = inferno::find_problem(command_line.options))
    return complain(inferno::describe(*problem, command_line));
  inferno::tune_allocator();
  inferno::set_up_logging(command_line.options.logging);
  inferno::Program program(command_line.options);
  return program.run();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "inferno-adapter: %s\n", error.what());
    return failed;
  }
}
