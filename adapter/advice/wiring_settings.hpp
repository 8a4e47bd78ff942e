// What the adapter was told that decides which wiring is right.
#pragma once

#include <string>
#include <vector>

namespace inferno {

struct WiringSettings {
  std::vector<std::string> metric_aliases;  // --metric-alias: other names of the desired count
  bool wakes_directly = false;              // --wake-directly: an autoscaler need not wake anything
};

}  // namespace inferno
