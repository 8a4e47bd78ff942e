#include "adapter/policy/policy_levels.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace inferno {

void PolicyLevels::add(const PolicyConfigMap& config_map, ConfigEntry entry, std::vector<ConfigWarning>& warnings) {
  const bool is_local = !config_map.namespace_name.empty();
  std::vector<ConfigEntry>& entries = entries_[{is_local, entry.namespace_name, entry.model_id}];
  const auto winner = std::ranges::find(entries, entry.config_map, &ConfigEntry::config_map);
  if (winner == entries.end()) {
    entries.push_back(std::move(entry));
    return;
  }
  const std::string where = entry.namespace_name.empty() ? "" : " in namespace \"" + entry.namespace_name + "\"";
  warnings.push_back({.config_map = entry.config_map,
                      .key = entry.key,
                      .message = "model_id \"" + entry.model_id + "\"" + where + " is already set by key \"" +
                                 winner->key + "\", which wins; key \"" + entry.key + "\" is skipped",
                      .model_id = entry.model_id,
                      .namespace_name = entry.namespace_name});
}

PolicyLevels::Chain PolicyLevels::chain(const ModelKey& model) const {
  using Place = std::tuple<bool, std::string_view, std::string_view>;
  const std::string_view in = model.namespace_name;
  const std::string_view id = model.model_id;
  Chain chain;
  chain.reserve(8);  // rarely more: five levels, four ConfigMaps
  for (const Place& place :
       {Place{true, in, id}, Place{true, in, ""}, Place{false, in, id}, Place{false, "", id}, Place{false, "", ""}}) {
    const auto found = entries_.find(place);
    if (found == entries_.end()) continue;
    for (const ConfigEntry& entry : found->second) chain.push_back(&entry);
  }
  return chain;
}

}  // namespace inferno
