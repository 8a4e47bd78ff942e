// The whole process: composes the components, starts them, and takes them down in order.
#pragma once

#include <memory>

#include "adapter/options/options.hpp"

namespace inferno {

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
