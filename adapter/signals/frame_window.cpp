#include "adapter/signals/frame_window.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace inferno::signals {

GridSample Frame::at(Row row) const {
  GridSample sample;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (row < columns_[i].size()) sample.*fields[i] = columns_[i][row];
  }
  return sample;
}

void Frame::merge(const SampleBlock& block, std::size_t step, float GridSample::* field) {
  const auto position = std::find(fields.begin(), fields.end(), field) - fields.begin();
  std::vector<float>& column = columns_.at(static_cast<std::size_t>(position));
  if (column.size() < block.rows()) column.resize(block.rows(), std::numeric_limits<float>::quiet_NaN());
  for (std::size_t row = 0; row < block.rows(); ++row) {
    const double value = block.at(row, step);
    if (!std::isnan(value)) column[row] = static_cast<float>(value);
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
