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

}  // namespace

ClusterState::ClusterState(std::vector<Variant> variants, std::shared_ptr<const PolicyBook> policies)
    : variants_(std::move(variants)), model_of_(variants_.size()), policies_(std::move(policies)) {
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
    if (!same_model) models_.push_back({.key = {variant.namespace_name, variant.model_id}, .variants = {}});
    models_.back().variants.push_back(index);
    model_of_[index] = models_.size() - 1;
  }
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
