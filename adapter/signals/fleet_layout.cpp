#include "adapter/signals/fleet_layout.hpp"

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <tuple>

namespace inferno::signals {
namespace {

std::string target_key(std::string_view namespace_name, std::string_view target) {
  std::string key(namespace_name);
  key.push_back('/');  // neither part can hold it
  return key.append(target);
}

void sort_unique(std::vector<std::string>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

FleetLayout::FleetLayout(const ClusterState& state)
    : owners_(state.pods()), longest_retention_period_(state.policies().longest_retention_period()) {
  models_.reserve(state.models().size());
  for (const Model& model : state.models()) {
    ModelEntry entry{.key = model.key, .targets = {}, .has_ready_replicas = false};
    for (const std::size_t index : model.variants) {
      const Variant& variant = state.variants()[index];
      const TargetReference& reference = variant.target_reference;
      entry.targets.push_back(reference.name);
      entry.has_ready_replicas |= variant.target && variant.target->ready_replicas > 0;
      owners_.add(model.key.namespace_name, reference);
      model_by_target_.emplace(target_key(model.key.namespace_name, reference.name), models_.size());
    }
    namespaces_.push_back(model.key.namespace_name);
    row_count_ += 1;
    if (entry.divided()) {
      row_count_ += entry.targets.size();
      divided_models_.push_back(model.key.model_id);
      divided_namespaces_.push_back(model.key.namespace_name);
      boost::hash_combine(division_fingerprint_, model.key.namespace_name);
      boost::hash_combine(division_fingerprint_, model.key.model_id);
      for (const std::string& target : entry.targets) boost::hash_combine(division_fingerprint_, target);
    }
    models_.push_back(std::move(entry));
  }
  sort_unique(namespaces_);
  sort_unique(divided_models_);
  sort_unique(divided_namespaces_);
}

const FleetLayout::ModelEntry* FleetLayout::find(std::string_view namespace_name, std::string_view model_id) const {
  const auto wanted = std::tie(namespace_name, model_id);
  const auto key_of = [](const ModelEntry& entry) {
    return std::tuple<std::string_view, std::string_view>(entry.key.namespace_name, entry.key.model_id);
  };
  const auto position = std::lower_bound(models_.begin(), models_.end(), wanted,
                                         [&](const ModelEntry& entry, const auto& key) { return key_of(entry) < key; });
  return position != models_.end() && key_of(*position) == wanted ? &*position : nullptr;
}

const FleetLayout::ModelEntry* FleetLayout::model_of_target(std::string_view namespace_name,
                                                            std::string_view target) const {
  const auto found = model_by_target_.find(target_key(namespace_name, target));
  return found == model_by_target_.end() ? nullptr : &models_[found->second];
}

}  // namespace inferno::signals
