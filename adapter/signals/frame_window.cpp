#include "adapter/signals/frame_window.hpp"

#include <algorithm>
#include <cmath>

namespace inferno::signals {

GridSample Frame::at(Row row) const {
  GridSample sample;
  if (row < kv_.size()) sample.kv = kv_[row];
  for (std::size_t i = 0; i < counts.size(); ++i) sample.*counts[i] = columns_[i].at(row);
  return sample;
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

void FrameWindow::advance(TimePoint newest) {
  const auto steps = (newest - newest_) / step_;
  if (frames_.empty() || steps < 0 || steps >= static_cast<Duration::rep>(count_)) {
    frames_.assign(count_, nullptr);
  } else {
    std::rotate(frames_.begin(), frames_.begin() + steps, frames_.end());
    std::fill(frames_.end() - steps, frames_.end(), nullptr);
  }
  newest_ = newest;
}

void FrameWindow::merge(const SampleBlock& block, float GridSample::* field) {
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

bool FrameWindow::empty(Row row) const {
  const auto has_data = [row](const std::shared_ptr<const Frame>& frame) {
    if (!frame) return false;
    const GridSample sample = frame->at(row);
    return !(std::isnan(sample.kv) && std::isnan(sample.running) && std::isnan(sample.waiting) &&
             std::isnan(sample.pods) && std::isnan(sample.finished_rise) && std::isnan(sample.gateway_queue));
  };
  return std::none_of(frames_.begin(), frames_.end(), has_data);
}

}  // namespace inferno::signals
