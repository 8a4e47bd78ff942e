// Things that are wrong for a while: each is logged once when it appears and once when it is gone, not with every look.
// Not thread safe.
#pragma once

#include <set>
#include <string>

namespace inferno::kubernetes {

class Complaints {
 public:
  enum class Level { warning, information };

  explicit Complaints(Level level) : level_(level) {}

  // All that is wrong now, one line each.
  void update(std::set<std::string> current);

 private:
  Level level_;
  std::set<std::string> known_;
};

}  // namespace inferno::kubernetes
