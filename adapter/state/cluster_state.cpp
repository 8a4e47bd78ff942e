#include "adapter/state/cluster_state.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace inferno {
namespace {

using NameView = std::pair<std::string_view, std::string_view>;

NameView name_of(const Variant& variant) {
  return {variant.namespace_name, variant.name};
}

template <class T>
bool same_content(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a == b || (a && b && *a == *b);
}

}  // namespace

std::string_view TargetReference::group() const {
  const std::size_t slash = api_version.find('/');
  return slash == std::string::npos ? std::string_view{} : std::string_view(api_version).substr(0, slash);
}

std::optional<std::int32_t> ScaleTarget::max_replicas() const {
  std::optional<std::int32_t> most;
  for (const auto& autoscaler : autoscalers) {
    most = most ? std::min(*most, autoscaler->max_replicas) : autoscaler->max_replicas;
  }
  return most;
}

bool ScaleTarget::operator==(const ScaleTarget& other) const {
  const auto scalars = [](const ScaleTarget& target) {
    return std::tie(target.spec_replicas, target.ready_replicas, target.left_zero_at, target.fewer_since, target.engine,
                    target.max_num_seqs, target.role, target.served_names);
  };
  return scalars(*this) == scalars(other) &&
         std::ranges::equal(autoscalers, other.autoscalers, same_content<Autoscaler>);
}

std::optional<UpperBound> Variant::upper_bound() const {
  std::optional<UpperBound> bound;
  if (max_replicas) bound = {.replicas = *max_replicas, .of = "VariantAutoscaling " + name};
  const auto most = target ? target->max_replicas() : std::nullopt;
  if (!most || (bound && bound->replicas <= *most)) return bound;
  const auto autoscaler =
      std::ranges::find(target->autoscalers, *most, [](const auto& each) { return each->max_replicas; });
  return UpperBound{.replicas = *most, .of = "HorizontalPodAutoscaler " + (*autoscaler)->name};
}

bool Variant::operator==(const Variant& other) const {
  const auto fields = [](const Variant& variant) {
    return std::tie(variant.namespace_name, variant.name, variant.uid, variant.generation, variant.model_id,
                    variant.accelerator, variant.cost, variant.created, variant.labels, variant.served_names,
                    variant.target_reference, variant.min_replicas, variant.max_replicas, variant.target,
                    variant.invalid, variant.ignored);
  };
  return fields(*this) == fields(other) && same_content(reported, other.reported);
}

ClusterState::ClusterState(std::vector<Variant> variants, std::shared_ptr<const PolicyBook> policies, PodTable pods)
    : variants_(std::move(variants)),
      model_of_(variants_.size()),
      policies_(std::move(policies)),
      pods_(std::move(pods)) {
  std::ranges::sort(variants_, {}, name_of);

  std::vector<std::size_t> valid;
  valid.reserve(variants_.size());
  for (std::size_t index = 0; index < variants_.size(); ++index) {
    if (!variants_[index].invalid) valid.push_back(index);
  }
  // The index comes last: within a model the variants stay in order of name.
  std::ranges::sort(valid, {}, [this](std::size_t index) {
    const Variant& variant = variants_[index];
    return std::tuple<std::string_view, std::string_view, std::size_t>{variant.namespace_name, variant.model_id, index};
  });

  for (const std::size_t index : valid) {
    const Variant& variant = variants_[index];
    const bool same_model = !models_.empty() && models_.back().key.namespace_name == variant.namespace_name &&
                            models_.back().key.model_id == variant.model_id;
    if (!same_model)
      models_.push_back({.key = {variant.namespace_name, variant.model_id}, .variants = {}, .aliases = {}});
    models_.back().variants.push_back(index);
    model_of_[index] = models_.size() - 1;
  }
  for (Model& model : models_) find_aliases(model);
}

void ClusterState::find_aliases(Model& model) const {
  std::vector<std::string>& names = model.aliases;
  for (const std::size_t index : model.variants) {
    const Variant& variant = variants_[index];
    names.insert(names.end(), variant.served_names.begin(), variant.served_names.end());
    if (variant.target)
      names.insert(names.end(), variant.target->served_names.begin(), variant.target->served_names.end());
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  std::erase_if(names, [&](const std::string& name) {
    return std::ranges::binary_search(models_, ModelKey{model.key.namespace_name, name}, {}, &Model::key);
  });
}

std::optional<std::size_t> ClusterState::find(std::string_view namespace_name, std::string_view name) const {
  const NameView wanted{namespace_name, name};
  const auto found = std::ranges::lower_bound(variants_, wanted, {}, name_of);
  if (found == variants_.end() || name_of(*found) != wanted) return std::nullopt;
  return static_cast<std::size_t>(found - variants_.begin());
}

std::pair<std::size_t, std::size_t> ClusterState::namespace_range(std::string_view namespace_name) const {
  const auto range = std::ranges::equal_range(
      variants_, namespace_name, {}, [](const Variant& variant) { return std::string_view{variant.namespace_name}; });
  return {static_cast<std::size_t>(range.begin() - variants_.begin()),
          static_cast<std::size_t>(range.end() - variants_.begin())};
}

}  // namespace inferno
