// The whole process: composes the components, starts them, and takes them down in order.
#pragma once

#include <memory>
#include <optional>

#include "adapter/options/options.hpp"

namespace inferno {

// What a component would refuse to start with; the first of them. Reads the files that options name.
[[nodiscard]] std::optional<OptionProblem> find_problem(const Options& options);

class Program {
 public:
  // Throws std::exception with a message for a person where something cannot start.
  explicit Program(const Options& options);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  Program(Program&&) = delete;
  Program& operator=(Program&&) = delete;

  // Serves until SIGTERM or SIGINT, then drains: not ready, stops accepting, answers what was asked, exits. Returns the
  // exit code.
  int run();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace inferno
