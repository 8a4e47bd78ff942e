#include "adapter/kubernetes/watch/cluster_watches.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapter/kubernetes/autoscaler_object.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

template <class T>
ParseResult<std::optional<std::shared_ptr<const T>>> shared(ParseResult<T> parsed) {
  if (!parsed) return parsed.error();
  return std::optional(std::make_shared<const T>(std::move(*parsed)));
}

ResourcePath everything(std::string group, std::string version, std::string plural, std::string namespace_name) {
  return {.group = std::move(group),
          .version = std::move(version),
          .plural = std::move(plural),
          .namespace_name = std::move(namespace_name),
          .name = {},
          .metadata_only = false};
}

// Each by its name: that is what a role can allow.
std::vector<ResourcePath> policy_config_maps(const ClusterSettings& settings) {
  using Names = std::vector<std::string>;
  const std::string& own = settings.own_namespace;
  const Names upstream{std::string(upstream_scale_to_zero_name), std::string(upstream_saturation_name)};
  std::vector<std::pair<std::string, Names>> places{
      {own, {settings.scale_to_zero_config_map, settings.saturation_config_map}}, {settings.watch_namespace, upstream}};
  if (!settings.is_watched(own)) places.emplace_back(own, upstream);
  std::vector<ResourcePath> paths;
  for (const auto& [namespace_name, names] : places) {
    for (const std::string& name : names) {
      paths.push_back(everything({}, "v1", "configmaps", namespace_name));
      paths.back().name = name;
    }
  }
  return paths;
}

MirrorEvents<std::map<std::string, std::string>> config_map_events(const std::function<void()>& changed) {
  using Data = std::map<std::string, std::string>;
  return {.parse = [](const Json& object) -> ParseResult<std::optional<Data>> {
            auto parsed = parse_config_map(object);
            if (!parsed) return parsed.error();
            return std::optional(std::move(parsed->data));
          },
          .changed = [changed](const ObjectName&, const Data*, const Data*) { changed(); },
          .listed = changed};
}

}  // namespace

ClusterWatches::ClusterWatches(const WatchContext& context, const ClusterSettings& settings, Duration patience,
                               std::function<void()> changed)
    : patience_(patience),
      changed_(std::move(changed)),
      targets_(context, patience, changed_),
      pods_(context, changed_),
      variants_(context, everything("llmd.ai", "v1alpha1", "variantautoscalings", context.namespace_name),
                {.parse = [](const Json& object) { return shared(parse_variant(object)); },
                 .changed =
                     [this](const ObjectName&, const auto*, const auto*) {
                       variants_changed_ = true;
                       changed_();
                     },
                 .listed = changed_}),
      autoscalers_(context, everything("autoscaling", "v2", "horizontalpodautoscalers", context.namespace_name),
                   {.parse = [](const Json& object) { return shared(parse_autoscaler(object)); },
                    .changed =
                        [this](const ObjectName&, const std::shared_ptr<const AutoscalerObject>* before,
                               const std::shared_ptr<const AutoscalerObject>* after) {
                          const bool matters = (before != nullptr && targets_.is_wanted((*before)->target)) ||
                                               (after != nullptr && targets_.is_wanted((*after)->target));
                          if (matters) changed_();
                        },
                    .listed = changed_}) {
  for (ResourcePath& path : policy_config_maps(settings)) {
    config_maps_.push_back(std::make_unique<ConfigMaps>(context, std::move(path), config_map_events(changed_)));
  }
}

const TargetWatches::Variants& ClusterWatches::variants() const {
  static const TargetWatches::Variants none;
  return variants_.is_absent() ? none : variants_.objects();
}

void ClusterWatches::update() {
  if (variants_.is_absent() != variants_absent_) {
    variants_absent_ = variants_.is_absent();
    variants_changed_ = true;
    changed_();
  }
  if (std::exchange(variants_changed_, false)) {
    targets_.follow(variants());
    pods_.follow(divided_namespaces());
  }
  if (const std::size_t known = targets_.known_kinds(); known != known_kinds_) {
    known_kinds_ = known;
    changed_();
  }
  if (!required_since_ && has_required()) required_since_ = std::chrono::steady_clock::now();
}

bool ClusterWatches::has_required() const {
  return variants_.is_settled() &&
         std::ranges::all_of(config_maps_, [](const auto& config_maps) { return config_maps->is_settled(); });
}

bool ClusterWatches::is_complete() const {
  if (!required_since_ || !targets_.all_known()) return false;
  return (autoscalers_.is_settled() && pods_.is_settled()) ||
         std::chrono::steady_clock::now() - *required_since_ >= patience_;
}

std::set<std::string> ClusterWatches::divided_namespaces() const {
  std::set<std::string> result;
  std::set<std::pair<std::string_view, std::string_view>> models;
  for (const auto& [name, variant] : variants()) {
    if (variant->invalid) continue;
    if (!models.emplace(variant->namespace_name, variant->model_id).second) result.insert(variant->namespace_name);
  }
  return result;
}

ClusterObjects ClusterWatches::objects() {
  ClusterObjects result;
  for (const auto& [name, variant] : variants()) {
    if (variant->invalid || targets_.is_known(target_of(*variant))) {
      result.variants.emplace_hint(result.variants.end(), name, variant);
    }
  }
  result.targets = targets_.targets();
  for (const auto& [name, autoscaler] : autoscalers_.objects()) {
    if (targets_.is_wanted(autoscaler->target)) {
      result.autoscalers.emplace_hint(result.autoscalers.end(), name, autoscaler);
    }
  }
  for (const auto& config_maps : config_maps_) {
    result.config_maps.insert(config_maps->objects().begin(), config_maps->objects().end());
  }
  result.pods = pods_.table();
  return result;
}

void ClusterWatches::report(WatchProblems& problems) const {
  if (variants_.is_absent()) {
    problems.add("VariantAutoscaling", "VariantAutoscaling CRD (variantautoscalings.llmd.ai) is not installed");
  } else {
    variants_.report(problems);
  }
  autoscalers_.report(problems);
  for (const auto& config_maps : config_maps_) config_maps->report(problems);
  targets_.report(problems);
  pods_.report(problems);
}

}  // namespace inferno::kubernetes
