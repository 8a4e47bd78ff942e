#include "adapter/signals/fleet_layout.hpp"

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <functional>
#include <tuple>

namespace inferno::signals {
namespace {

void sort_unique(std::vector<std::string>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

FleetLayout::FleetLayout(const ClusterState& state)
    : owners_(state.pods()), longest_retention_period_(state.policies().longest_retention_period()) {
  models_.reserve(state.models().size());
  by_target_.reserve(state.variants().size());
  for (const Model& model : state.models()) {
    ModelEntry& entry = models_.emplace_back(ModelEntry{.key = model.key, .targets = {}, .has_ready_replicas = false});
    for (const std::size_t index : model.variants) {
      const Variant& variant = state.variants()[index];
      const TargetReference& reference = variant.target_reference;
      if (model.variants.size() > 1) entry.targets.push_back(reference.name);
      entry.has_ready_replicas |= variant.target && variant.target->ready_replicas > 0;
      owners_.add(model.key.namespace_name, reference);
      by_target_.push_back(
          {.namespace_name = model.key.namespace_name, .target = reference.name, .model = models_.size() - 1});
    }
    // Models come in order of namespace.
    if (namespaces_.empty() || namespaces_.back() != model.key.namespace_name)
      namespaces_.push_back(model.key.namespace_name);
    row_count_ += 1;
    if (!entry.divided()) continue;
    row_count_ += entry.targets.size();
    divided_models_.push_back(model.key.model_id);
    divided_namespaces_.push_back(model.key.namespace_name);
    boost::hash_combine(division_fingerprint_, model.key.namespace_name);
    boost::hash_combine(division_fingerprint_, model.key.model_id);
    for (const std::string_view target : entry.targets)
      boost::hash_combine(division_fingerprint_, std::hash<std::string_view>{}(target));
  }
  std::ranges::sort(by_target_, [](const TargetEntry& a, const TargetEntry& b) {
    return std::tie(a.namespace_name, a.target, a.model) < std::tie(b.namespace_name, b.target, b.model);
  });
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
  const auto wanted = std::tie(namespace_name, target);
  const auto name_of = [](const TargetEntry& entry) { return std::tie(entry.namespace_name, entry.target); };
  const auto position =
      std::lower_bound(by_target_.begin(), by_target_.end(), wanted,
                       [&](const TargetEntry& entry, const auto& name) { return name_of(entry) < name; });
  return position != by_target_.end() && name_of(*position) == wanted ? &models_[position->model] : nullptr;
}

}  // namespace inferno::signals
