#include "adapter/signals/series_rows.hpp"

#include <utility>

namespace inferno::signals {

std::string_view label_value(Labels labels, std::string_view name) {
  for (const auto& [key, value] : labels) {
    if (key == name) return value;
  }
  return {};
}

std::string_view gateway_model(Labels labels) {
  const std::string_view target = label_value(labels, "target_model_name");
  return target.empty() ? label_value(labels, "model_name") : target;
}

void SeriesRows::use(std::shared_ptr<const FleetLayout> layout) {
  layout_ = std::move(layout);
  rows_.set_known(layout_->row_count());
  for (const FleetLayout::ModelEntry& model : layout_->models()) {
    const RowName name{.namespace_name = model.key.namespace_name, .model_id = model.key.model_id, .target = {}};
    rows_.intern_known(name);
    if (!model.divided()) continue;
    for (const std::string_view target : model.targets) {
      rows_.intern_known({.namespace_name = name.namespace_name, .model_id = name.model_id, .target = target});
    }
  }
}

std::vector<bool> SeriesRows::known_rows() const {
  std::vector<bool> known(rows_.table().size(), false);
  const auto mark = [&](const ModelKey& key, std::string_view target) {
    const auto row =
        rows_.table().find({.namespace_name = key.namespace_name, .model_id = key.model_id, .target = target});
    if (row) known[*row] = true;
  };
  for (const FleetLayout::ModelEntry& model : layout_->models()) {
    mark(model.key, {});
    if (!model.divided()) continue;
    for (const std::string_view target : model.targets) mark(model.key, target);
  }
  return known;
}

std::optional<Row> SeriesRows::model(Labels labels) {
  const RowName name{
      .namespace_name = label_value(labels, "namespace"), .model_id = label_value(labels, "model_name"), .target = {}};
  // Without a namespace it is nobody's: the empty one is for gateways.
  if (name.namespace_name.empty() || name.model_id.empty()) return std::nullopt;
  return rows_.intern_foreign(name);
}

std::optional<Row> SeriesRows::variant(Labels labels) const {
  const std::string_view namespace_name = label_value(labels, "namespace");
  const std::string_view model_id = label_value(labels, "model_name");
  const FleetLayout::ModelEntry* model = layout_->find(namespace_name, model_id);
  if (model == nullptr || !model->divided()) return std::nullopt;
  const auto target = layout_->owners().target_of(namespace_name, label_value(labels, "pod"));
  if (!target) return std::nullopt;
  // A target of another model has no such row.
  return rows_.table().find({.namespace_name = namespace_name, .model_id = model_id, .target = *target});
}

std::optional<Row> SeriesRows::gateway(Labels labels) {
  const RowName name{
      .namespace_name = label_value(labels, "namespace"), .model_id = gateway_model(labels), .target = {}};
  if (name.model_id.empty()) return std::nullopt;
  return rows_.intern_foreign(name);
}

std::optional<Row> SeriesRows::model_of_pod(Labels labels) const {
  const std::string_view namespace_name = label_value(labels, "namespace");
  const auto target = layout_->owners().target_of(namespace_name, label_value(labels, "pod"));
  if (!target) return std::nullopt;
  const FleetLayout::ModelEntry* model = layout_->model_of_target(namespace_name, *target);
  if (model == nullptr) return std::nullopt;
  return rows_.table().find({.namespace_name = namespace_name, .model_id = model->key.model_id, .target = {}});
}

std::optional<Row> SeriesRows::variant_of_pod(Labels labels) const {
  const std::string_view namespace_name = label_value(labels, "namespace");
  const auto target = layout_->owners().target_of(namespace_name, label_value(labels, "pod"));
  if (!target) return std::nullopt;
  const FleetLayout::ModelEntry* model = layout_->model_of_target(namespace_name, *target);
  if (model == nullptr || !model->divided()) return std::nullopt;
  return rows_.table().find({.namespace_name = namespace_name, .model_id = model->key.model_id, .target = *target});
}

}  // namespace inferno::signals
