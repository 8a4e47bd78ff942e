// What is wrong with the watches of a source at one moment, and since when. Not thread safe.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "adapter/common/time.hpp"

namespace inferno::kubernetes {

class WatchProblems {
 public:
  // A look begins: what is not added until end() is over.
  void begin();
  // `what` identifies the watch, `problem` is one line for a person.
  void add(const std::string& what, std::string problem);
  // An object that can't be used, by its error.
  void add_broken(const std::string& error) { broken_.insert(error); }
  void end(TimePoint now);

  // All of the last look, each with the time since which that watch has failed; nothing when all is well.
  [[nodiscard]] std::optional<std::string> text() const;
  [[nodiscard]] const std::set<std::string>& broken() const { return broken_; }

 private:
  struct Problem {
    std::string text;
    TimePoint since;
  };

  std::map<std::string, std::string> current_;
  std::map<std::string, Problem> problems_;
  std::set<std::string> broken_;
};

}  // namespace inferno::kubernetes
