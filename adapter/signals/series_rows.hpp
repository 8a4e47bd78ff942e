// From the labels of a series in an answer to the row it counts for; nothing for a series that is nobody's. One thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "adapter/prometheus/range_query.hpp"
#include "adapter/signals/fleet_layout.hpp"
#include "adapter/signals/row_table.hpp"

namespace inferno::signals {

using Labels = std::span<const prometheus::LabelView>;

// Empty where absent.
[[nodiscard]] std::string_view label_value(Labels labels, std::string_view name);

// target_model_name, or model_name where the gateway doesn't rewrite it.
[[nodiscard]] std::string_view gateway_model(Labels labels);

class SeriesRows {
 public:
  explicit SeriesRows(std::size_t max_foreign_rows) : rows_(max_foreign_rows) {}

  // Gives every model and variant of the layout its row.
  void use(std::shared_ptr<const FleetLayout> layout);

  // By (namespace, model_name).
  [[nodiscard]] std::optional<Row> model(Labels labels);
  // By (namespace, model_name, pod), of models with several variants.
  [[nodiscard]] std::optional<Row> variant(Labels labels) const;
  // By (namespace, target_model_name, model_name).
  [[nodiscard]] std::optional<Row> gateway(Labels labels);
  // By (namespace, pod): the row of the model that the pod serves.
  [[nodiscard]] std::optional<Row> model_of_pod(Labels labels) const;
  // By (namespace, pod): the row of the variant, where the model has several.
  [[nodiscard]] std::optional<Row> variant_of_pod(Labels labels) const;

  // Which rows the layout has given out.
  [[nodiscard]] std::vector<bool> known_rows() const;

  [[nodiscard]] const FleetLayout& layout() const { return *layout_; }
  [[nodiscard]] RowInterner& rows() { return rows_; }
  [[nodiscard]] const RowInterner& rows() const { return rows_; }

 private:
  RowInterner rows_;
  std::shared_ptr<const FleetLayout> layout_ = std::make_shared<const FleetLayout>();
};

}  // namespace inferno::signals
