#include "adapter/kubernetes/state_assembler.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferno::kubernetes {
namespace {

ConfigMapData find_data(const ClusterObjects& objects, const std::string& namespace_name, const std::string& name) {
  const auto found = objects.config_maps.find({.namespace_name = namespace_name, .name = name});
  return found == objects.config_maps.end() ? ConfigMapData{} : ConfigMapData{found->second};
}

}  // namespace

StateAssembler::StateAssembler(ClusterSettings settings) : settings_(std::move(settings)) {}

std::shared_ptr<const ClusterState> StateAssembler::assemble(const ClusterObjects& objects, TimePoint now) {
  note_targets(objects, now);
  refresh_policies(objects);
  log_complaints(objects);
  // In order of their names for each target, as the objects are.
  AutoscalersByTarget autoscalers;
  for (const auto& [name, object] : objects.autoscalers) {
    autoscalers.emplace(object->target, std::shared_ptr<const Autoscaler>(object, &object->autoscaler));
  }
  std::vector<Variant> variants;
  variants.reserve(objects.variants.size());
  for (const auto& [name, variant] : objects.variants) {
    if (!settings_.is_watched(name.namespace_name)) continue;
    variants.push_back(*variant);
    variants.back().target = find_target(objects, autoscalers, *variant);
  }
  return std::make_shared<const ClusterState>(std::move(variants), policies_, objects.pods);
}

void StateAssembler::note_targets(const ClusterObjects& objects, TimePoint now) {
  std::map<TargetKey, Seen> seen;
  for (const auto& [key, target] : objects.targets) {
    Seen current{.spec_replicas = target.spec_replicas, .ready_replicas = target.ready_replicas, .left_zero_at = {}};
    const auto before = seen_.find(key);
    if (before != seen_.end()) {
      const bool fewer =
          target.spec_replicas < before->second.spec_replicas || target.ready_replicas < before->second.ready_replicas;
      current.fewer_since = fewer ? now : before->second.fewer_since;
    }
    if (target.spec_replicas > 0) {
      const bool was_at_zero = before == seen_.end() || before->second.spec_replicas == 0;
      if (!was_at_zero) {
        current.left_zero_at = before->second.left_zero_at;
      } else if (!first_) {
        current.left_zero_at = now;
      }
    }
    seen.emplace(key, current);
  }
  seen_ = std::move(seen);
  first_ = false;
}

std::optional<ScaleTarget> StateAssembler::find_target(const ClusterObjects& objects,
                                                       const AutoscalersByTarget& autoscalers,
                                                       const Variant& variant) const {
  const TargetKey key = target_of(variant);
  const auto found = objects.targets.find(key);
  if (found == objects.targets.end()) return std::nullopt;
  ScaleTarget target = found->second;
  target.left_zero_at = std::max(target.left_zero_at, seen_.at(key).left_zero_at);
  target.fewer_since = seen_.at(key).fewer_since;
  const auto [first, last] = autoscalers.equal_range(key);
  for (auto item = first; item != last; ++item) target.autoscalers.push_back(item->second);
  return target;
}

// What a namespace without variants says is nobody's policy.
PolicySources StateAssembler::sources_of(const ClusterObjects& objects) const {
  PolicySources sources;
  sources.scale_to_zero_name = settings_.scale_to_zero_config_map;
  sources.scale_to_zero = find_data(objects, settings_.own_namespace, settings_.scale_to_zero_config_map);
  sources.saturation_name = settings_.saturation_config_map;
  sources.saturation = find_data(objects, settings_.own_namespace, settings_.saturation_config_map);
  sources.wva_scale_to_zero = settings_.wva_scale_to_zero;
  for (const auto& [kind, upstream_name] : {std::pair{PolicyKind::saturation, upstream_saturation_name},
                                            std::pair{PolicyKind::scale_to_zero, upstream_scale_to_zero_name}}) {
    for (const auto& [name, data] : objects.config_maps) {
      const bool is_own = name.namespace_name == settings_.own_namespace;
      const bool is_read_already =
          is_own && (name.name == sources.scale_to_zero_name || name.name == sources.saturation_name);
      if (name.name != upstream_name || is_read_already || !(is_own || has_variants(objects, name.namespace_name)))
        continue;
      sources.further.emplace_back(
          PolicyConfigMap{
              .kind = kind, .name = name.name, .namespace_name = is_own ? std::string{} : name.namespace_name},
          data);
    }
  }
  return sources;
}

bool StateAssembler::has_variants(const ClusterObjects& objects, const std::string& namespace_name) const {
  const auto first = objects.variants.lower_bound({.namespace_name = namespace_name, .name = {}});
  return settings_.is_watched(namespace_name) && first != objects.variants.end() &&
         first->first.namespace_name == namespace_name;
}

void StateAssembler::refresh_policies(const ClusterObjects& objects) {
  PolicySources sources = sources_of(objects);
  if (policies_ && sources == sources_) return;
  sources_ = std::move(sources);
  policies_ = std::make_shared<const PolicyBook>(PolicyBook::parse(sources_));
}

void StateAssembler::log_complaints(const ClusterObjects& objects) {
  std::set<std::string> lines;
  for (const ConfigWarning& warning : policies_->warnings()) {
    const bool is_own = warning.config_map.find('/') == std::string::npos;
    lines.insert("ConfigMap " + (is_own ? settings_.own_namespace + "/" : "") + warning.config_map + ", key " +
                 warning.key + ": " + warning.message);
  }
  // A policy that silently doesn't apply is found late: when a model fails to go to zero, or goes when it should not.
  for (const auto& [name, data] : objects.config_maps) {
    const bool is_upstream = name.name == upstream_scale_to_zero_name || name.name == upstream_saturation_name;
    const bool is_policy =
        name.name == settings_.scale_to_zero_config_map || name.name == settings_.saturation_config_map;
    if (!is_policy || is_upstream || name.namespace_name == settings_.own_namespace) continue;
    lines.insert("ConfigMap " + name.namespace_name + "/" + name.name +
                 " is not read: policy comes from the adapter's own namespace, " + settings_.own_namespace +
                 " (--namespace), or, for the models of this one, from ConfigMaps " +
                 std::string(upstream_scale_to_zero_name) + " and " + std::string(upstream_saturation_name));
  }
  for (const auto& [name, variant] : objects.variants) {
    const auto add = [&](std::string_view field, std::string_view message) {
      lines.insert(fmt::format("VariantAutoscaling {}/{}: {} {}", name.namespace_name, name.name, field, message));
    };
    if (variant->invalid) add(variant->invalid->field, variant->invalid->message);
    for (const auto& [field, message] : variant->ignored) add(field, message);
  }
  complaints_.update(std::move(lines));
}

}  // namespace inferno::kubernetes
