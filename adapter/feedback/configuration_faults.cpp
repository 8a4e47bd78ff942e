#include "adapter/feedback/configuration_faults.hpp"

#include <spdlog/fmt/fmt.h>

namespace inferno::feedback {

std::vector<std::string> configuration_faults(const Variant& variant, const PolicyBook& policies) {
  std::vector<std::string> faults;
  if (variant.invalid) faults.push_back(variant.invalid->field + ": " + variant.invalid->message);
  for (const auto& [field, message] : variant.ignored) faults.push_back(fmt::format("{}: {}", field, message));
  for (const ConfigWarning& warning : policies.warnings()) {
    if (warning.model_id.empty() || warning.model_id != variant.model_id) continue;
    if (!warning.namespace_name.empty() && warning.namespace_name != variant.namespace_name) continue;
    faults.push_back(fmt::format("ConfigMap {}, key {}: {}", warning.config_map, warning.key, warning.message));
  }
  return faults;
}

}  // namespace inferno::feedback
