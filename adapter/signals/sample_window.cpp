#include "adapter/signals/sample_window.hpp"

#include <algorithm>
#include <cmath>

namespace inferno::signals {

namespace {

bool is_small_count(float value) {
  return value >= 0 && value < 0xFFFE && value == static_cast<float>(static_cast<std::uint16_t>(value));
}

}  // namespace

float CountColumn::value_aside(Row row) const {
  return std::ranges::lower_bound(aside_, row, {}, &Aside::first)->second;
}

bool CountColumn::is_zero() const {
  return !codes_.empty() && std::ranges::all_of(codes_, [](std::uint16_t code) { return code == 0 || code == none; });
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

GridSample Frame::of_workload(Row row) const {
  GridSample sample;
  if (row < kv_.size()) sample.kv = kv_[row];
  for (std::size_t i = 0; i < first_of_gateway; ++i) sample.*counts[i] = columns_[i].at(row);
  return sample;
}

GridSample Frame::of_gateway(Row row) const {
  GridSample sample;
  for (std::size_t i = first_of_gateway; i < counts.size(); ++i) sample.*counts[i] = columns_[i].at(row);
  return sample;
}

bool Frame::has(Row row) const {
  return (row < kv_.size() && !std::isnan(kv_[row])) ||
         std::ranges::any_of(columns_, [row](const CountColumn& column) { return !std::isnan(column.at(row)); });
}

bool Frame::is_zero(float GridSample::* field) const {
  return columns_.at(static_cast<std::size_t>(std::ranges::find(counts, field) - counts.begin())).is_zero();
}

void Frame::merge(const SampleBlock& block, std::size_t step, float GridSample::* field) {
  const auto has_data = [&](std::size_t row) { return !std::isnan(block.at(row, step)); };
  std::size_t first = 0;
  std::size_t end = block.rows();
  while (first < end && !has_data(first)) ++first;
  while (end > first && !has_data(end - 1)) --end;
  if (first == end) return;

  if (field == &GridSample::kv) {
    if (kv_.size() < end) {
      kv_.reserve(end);  // to the byte: it stays this long
      kv_.resize(end, no_data);
    }
    for (std::size_t row = first; row < end; ++row) {
      if (has_data(row)) kv_[row] = static_cast<float>(block.at(row, step));
    }
    return;
  }
  CountColumn& column = columns_.at(static_cast<std::size_t>(std::ranges::find(counts, field) - counts.begin()));
  column.cover(static_cast<Row>(first), static_cast<Row>(end));
  for (std::size_t row = first; row < end; ++row) {
    if (has_data(row)) column.set(static_cast<Row>(row), static_cast<float>(block.at(row, step)));
  }
}

void SampleWindow::advance(TimePoint newest) {
  const auto steps = (newest - newest_) / step_;
  if (frames_.empty() || steps < 0 || steps >= static_cast<Duration::rep>(count_)) {
    frames_.assign(count_, nullptr);
  } else {
    std::rotate(frames_.begin(), frames_.begin() + steps, frames_.end());
    std::fill(frames_.end() - steps, frames_.end(), nullptr);
  }
  newest_ = newest;
}

void SampleWindow::merge(const SampleBlock& block, float GridSample::* field) {
  const GridRange window{.first = oldest(), .last = newest_, .step = step_};
  for (std::size_t step = 0; step < block.range().size(); ++step) {
    const auto index = window.index_of(block.range().at(step));
    if (!index || block.rows() == 0) continue;
    const auto& known = frames_[*index];
    auto frame = known ? std::make_shared<Frame>(*known) : std::make_shared<Frame>();
    frame->merge(block, step, field);
    frames_[*index] = std::move(frame);
  }
}

bool SampleWindow::is_zero(TimePoint time, float GridSample::* field) const {
  const auto index = GridRange{.first = oldest(), .last = newest_, .step = step_}.index_of(time);
  return index && *index < frames_.size() && frames_[*index] && frames_[*index]->is_zero(field);
}

bool SampleWindow::empty(Row row) const {
  return std::ranges::none_of(frames_, [row](const auto& frame) { return frame && frame->has(row); });
}

}  // namespace inferno::signals
