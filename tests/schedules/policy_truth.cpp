#include "tests/schedules/policy_truth.hpp"

#include <spdlog/fmt/fmt.h>

#include <array>

namespace inferno::schedules {

Policy PolicyTruth::resolve(const std::string& namespace_name, const std::string& model_id) const {
  Policy policy;
  if (!exists) return policy;
  // From the least to the most specific: what is found last applies.
  enum class Level { everywhere, model, model_in_namespace };
  for (const Level level : {Level::everywhere, Level::model, Level::model_in_namespace}) {
    for (const auto& [key, entry] : entries) {
      const bool fits =
          level == Level::everywhere
              ? key == "default"
              : key != "default" && entry.model_id == model_id &&
                    (level == Level::model ? entry.namespace_name.empty() : entry.namespace_name == namespace_name);
      if (!fits) continue;
      policy.enabled = entry.enabled.value_or(policy.enabled);
      policy.retention = entry.retention.value_or(policy.retention);
      break;  // of two keys for the same, the first applies
    }
  }
  return policy;
}

std::map<std::string, std::string> PolicyTruth::config_map_data() const {
  std::map<std::string, std::string> data;
  for (const auto& [key, entry] : entries) {
    std::string text;
    if (!entry.model_id.empty()) text += fmt::format("model_id: {}\n", entry.model_id);
    if (!entry.namespace_name.empty()) text += fmt::format("namespace: {}\n", entry.namespace_name);
    if (entry.enabled) text += fmt::format("enable_scale_to_zero: {}\n", *entry.enabled);
    if (!entry.broken_retention.empty()) {
      text += fmt::format("retention_period: {}\n", entry.broken_retention);
    } else if (entry.retention) {
      text += fmt::format("retention_period: \"{}s\"\n", entry.retention->count() / 1000);
    }
    data.emplace(key, text);
  }
  return data;
}

}  // namespace inferno::schedules
