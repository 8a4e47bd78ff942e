// A stretch of the time grid, and the values of one query on it.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/signals/row_table.hpp"

namespace inferno::signals {

// The steps first, first + step, ..., last. Not empty.
struct GridRange {
  TimePoint first;
  TimePoint last;
  Duration step{};

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>((last - first) / step) + 1; }
  [[nodiscard]] TimePoint at(std::size_t index) const { return first + step * static_cast<Duration::rep>(index); }
  [[nodiscard]] std::optional<std::size_t> index_of(TimePoint time) const {
    if (time < first || time > last || (time - first) % step != Duration::zero()) return std::nullopt;
    return static_cast<std::size_t>((time - first) / step);
  }
};

// Values by row and step; NaN where there was none. Series that fall into the same row are added up.
class SampleBlock {
 public:
  explicit SampleBlock(const GridRange& range) : range_(range), steps_(range.size()) {}

  [[nodiscard]] const GridRange& range() const { return range_; }
  [[nodiscard]] std::size_t rows() const { return values_.size() / steps_; }

  [[nodiscard]] double at(std::size_t row, std::size_t step) const {
    return row < rows() ? values_[row * steps_ + step] : std::numeric_limits<double>::quiet_NaN();
  }

  void add(Row row, std::size_t step, double value) {
    if (row >= rows()) values_.resize((row + std::size_t{1}) * steps_, std::numeric_limits<double>::quiet_NaN());
    double& sum = values_[row * steps_ + step];
    sum = std::isnan(sum) ? value : sum + value;
  }

 private:
  GridRange range_;
  std::size_t steps_;
  std::vector<double> values_;
};

}  // namespace inferno::signals
