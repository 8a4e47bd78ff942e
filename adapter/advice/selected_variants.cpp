#include "adapter/advice/selected_variants.hpp"

#include <algorithm>
#include <utility>

namespace inferno {
namespace {

using MatchLabels = std::map<std::string, std::string>;

bool matches(const Variant& variant, const MatchLabels& match_labels, LabelSet labels) {
  return !variant.invalid && std::ranges::all_of(match_labels, [&variant, labels](const auto& label) {
    return metric_label(variant, label.first, labels) == label.second;
  });
}

class Selection {
 public:
  Selection(const MatchLabels& match_labels, LabelSet labels) : match_labels_(match_labels), labels_(labels) {}

  // Whether to go on.
  bool consider(const Variant& variant) {
    if (!matches(variant, match_labels_, labels_)) return true;
    (selected_.count == 0 ? selected_.first : selected_.second) = &variant;
    return ++selected_.count < 2;
  }
  [[nodiscard]] const SelectedVariants& selected() const { return selected_; }

 private:
  const MatchLabels& match_labels_;
  LabelSet labels_;
  SelectedVariants selected_;
};

const std::string* find_label(const MatchLabels& match_labels, const char* name) {
  const auto found = match_labels.find(name);
  return found == match_labels.end() ? nullptr : &found->second;
}

}  // namespace

SelectedVariants select_variants(const ClusterState& state, std::string_view namespace_name,
                                 const MatchLabels& match_labels, LabelSet labels) {
  Selection selection(match_labels, labels);
  for (const char* label : {"variantautoscaling_name", "variant_name"}) {
    if (const std::string* name = find_label(match_labels, label)) {
      if (const auto index = state.find(namespace_name, *name)) selection.consider(state.variants()[*index]);
      return selection.selected();
    }
  }
  if (const std::string* model_id = find_label(match_labels, "model_id")) {
    const std::pair<std::string_view, std::string_view> key{namespace_name, *model_id};
    const auto model = std::ranges::lower_bound(state.models(), key, {}, [](const Model& candidate) {
      return std::pair<std::string_view, std::string_view>{candidate.key.namespace_name, candidate.key.model_id};
    });
    if (model == state.models().end() || model->key.namespace_name != namespace_name ||
        model->key.model_id != *model_id)
      return selection.selected();
    for (const std::size_t index : model->variants) {
      if (!selection.consider(state.variants()[index])) break;
    }
    return selection.selected();
  }
  const auto [first, last] = state.namespace_range(namespace_name);
  for (std::size_t index = first; index < last; ++index) {
    if (!selection.consider(state.variants()[index])) break;
  }
  return selection.selected();
}

}  // namespace inferno
