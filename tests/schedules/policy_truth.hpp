// What the operator wants, and the ConfigMap that says so. Resolved here once more, apart from the adapter's own code.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "adapter/common/time.hpp"

namespace inferno::schedules {

struct PolicyEntry {
  std::string model_id;        // empty for the entry "default"
  std::string namespace_name;  // empty: everywhere
  std::optional<bool> enabled;
  std::optional<Duration> retention;
  std::string broken_retention;  // text that is no duration, in place of `retention`
};

struct Policy {
  bool enabled = false;
  Duration retention = std::chrono::minutes{10};
};

struct PolicyTruth {
  bool exists = true;  // the ConfigMap
  std::map<std::string, PolicyEntry> entries;

  [[nodiscard]] Policy resolve(const std::string& namespace_name, const std::string& model_id) const;
  [[nodiscard]] std::map<std::string, std::string> config_map_data() const;
};

}  // namespace inferno::schedules
