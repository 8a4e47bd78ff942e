#include "adapter/signals/count_column.hpp"

#include <algorithm>

namespace inferno::signals {
namespace {

bool is_small_count(float value) {
  return value >= 0 && value < 0xFFFE && value == static_cast<float>(static_cast<std::uint16_t>(value));
}

}  // namespace

float CountColumn::value_aside(Row row) const {
  return std::ranges::lower_bound(aside_, row, {}, &Aside::first)->second;
}

void CountColumn::cover(Row first, Row end) {
  if (codes_.empty()) first_ = first;
  if (first < first_) {
    codes_.insert(codes_.begin(), first_ - first, none);
    first_ = first;
  }
  if (end - first_ <= codes_.size()) return;
  codes_.reserve(end - first_);  // to the byte: it stays this long
  codes_.resize(end - first_, none);
}

void CountColumn::set(Row row, float value) {
  cover(row, row + 1);
  std::uint16_t& code = codes_[row - first_];
  if (is_small_count(value)) {
    if (code == aside) aside_.erase(std::ranges::lower_bound(aside_, row, {}, &Aside::first));
    code = static_cast<std::uint16_t>(value);
  } else {
    code = aside;
    set_aside(row, value);
  }
}

void CountColumn::set_aside(Row row, float value) {
  const auto position = std::ranges::lower_bound(aside_, row, {}, &Aside::first);
  if (position != aside_.end() && position->first == row) {
    position->second = value;
  } else {
    aside_.insert(position, {row, value});
  }
}

}  // namespace inferno::signals
