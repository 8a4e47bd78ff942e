#include "adapter/policy/policy_levels.hpp"

#include <utility>

namespace inferno {

void PolicyLevels::add(const std::string& config_map, ConfigEntry entry, std::vector<ConfigWarning>& warnings) {
  if (entry.key == default_key) {
    defaults_ = std::move(entry);
    return;
  }
  const ModelKey model{.namespace_name = entry.namespace_name, .model_id = entry.model_id};
  const ConfigEntry* winner = model.namespace_name.empty() ? any_namespace(model) : exact(model);
  if (winner != nullptr) {
    const std::string where = model.namespace_name.empty() ? "" : " in namespace \"" + model.namespace_name + "\"";
    warnings.push_back({.config_map = config_map,
                        .key = entry.key,
                        .message = "model_id \"" + model.model_id + "\"" + where + " is already set by key \"" +
                                   winner->key + "\", which wins; key \"" + entry.key + "\" is skipped",
                        .model_id = model.model_id,
                        .namespace_name = model.namespace_name});
    return;
  }
  if (model.namespace_name.empty()) {
    by_model_.emplace(model.model_id, std::move(entry));
  } else {
    by_model_and_namespace_.emplace(model, std::move(entry));
  }
}

std::array<const ConfigEntry*, 3> PolicyLevels::chain(const ModelKey& model) const {
  return {exact(model), any_namespace(model), defaults_ ? &*defaults_ : nullptr};
}

const ConfigEntry* PolicyLevels::exact(const ModelKey& model) const {
  const auto found = by_model_and_namespace_.find(model);
  return found == by_model_and_namespace_.end() ? nullptr : &found->second;
}

const ConfigEntry* PolicyLevels::any_namespace(const ModelKey& model) const {
  const auto found = by_model_.find(model.model_id);
  return found == by_model_.end() ? nullptr : &found->second;
}

}  // namespace inferno
