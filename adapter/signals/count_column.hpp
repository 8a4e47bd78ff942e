// One field of one grid step by row, in as little memory as counts need: there is one for each field of each step of
// the window. Small whole numbers, which counts of requests and pods are nearly always, take two bytes; whatever else
// comes is kept beside them, exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "adapter/signals/row_table.hpp"

namespace inferno::signals {

class CountColumn {
 public:
  // NaN where there is none.
  [[nodiscard]] float at(Row row) const {
    const std::size_t index = std::size_t{row} - first_;  // wraps for a row before the first
    const std::uint16_t code = index < codes_.size() ? codes_[index] : none;
    if (code == none) return std::numeric_limits<float>::quiet_NaN();
    return code == aside ? value_aside(row) : static_cast<float>(code);
  }
  // Makes room for the rows [first, end), without values yet, so that setting them moves nothing.
  void cover(Row first, Row end);
  // `value` is not NaN.
  void set(Row row, float value);

 private:
  using Aside = std::pair<Row, float>;

  // A value that is a code stands for itself.
  static constexpr std::uint16_t none = 0xFFFF;
  static constexpr std::uint16_t aside = 0xFFFE;

  [[nodiscard]] float value_aside(Row row) const;
  void set_aside(Row row, float value);

  Row first_ = 0;
  std::vector<std::uint16_t> codes_;  // of the rows from first_ on
  std::vector<Aside> aside_;          // in order of rows; one for each code `aside`
};

}  // namespace inferno::signals
