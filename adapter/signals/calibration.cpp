#include "adapter/signals/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace inferno::signals {

void Calibration::append(Calibrated kind, const SampleBlock& block) {
  if (rows_.size() < block.rows()) rows_.resize(block.rows());
  for (std::size_t row = 0; row < block.rows(); ++row) {
    std::shared_ptr<RowObservations> changed;
    for (std::size_t step = 0; step < block.range().size(); ++step) {
      const double value = block.at(row, step);
      if (std::isnan(value)) continue;
      if (!changed) {
        changed = rows_[row] ? std::make_shared<RowObservations>(*rows_[row]) : std::make_shared<RowObservations>();
      }
      auto& observations = changed->kinds[static_cast<std::size_t>(kind)];
      if (observations.size() == kept) observations.erase(observations.begin());
      observations.push_back({.step = step_of(block.range().at(step)), .value = static_cast<float>(value)});
    }
    if (changed) rows_[row] = std::move(changed);
  }
}

void Calibration::forget(Row row) {
  if (row < rows_.size()) rows_[row].reset();
}

void Calibration::observations(Calibrated kind, Row row, TimePoint now, std::vector<float>& values) const {
  if (row >= rows_.size() || !rows_[row]) return;
  for (const Observation& observation : rows_[row]->kinds[static_cast<std::size_t>(kind)]) {
    if (observation.step > step_of(now - window_)) values.push_back(observation.value);
  }
}

bool Calibration::is_silent(Row row, TimePoint now) const {
  std::vector<float> values;
  for (const Calibrated kind : {Calibrated::throughput, Calibrated::batch, Calibrated::cold_start})
    observations(kind, row, now, values);
  return values.empty();
}

std::optional<double> typical(std::vector<float> values) {
  if (values.empty()) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  double median = static_cast<double>(*middle);
  if (values.size() % 2 == 0) median = (median + static_cast<double>(*std::max_element(values.begin(), middle))) / 2;
  if (median > 0) return median;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  return mean > 0 ? std::optional<double>(mean) : std::nullopt;
}

}  // namespace inferno::signals
