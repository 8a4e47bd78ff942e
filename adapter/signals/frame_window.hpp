// The samples of the last minutes: one immutable frame per grid step, shared between snapshots.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/decision/model_signals.hpp"
#include "adapter/signals/count_column.hpp"
#include "adapter/signals/grid.hpp"

namespace inferno::signals {

// Everything Prometheus said about one step. A column per field, each no longer than its query's answer needs: the rows
// of gateway series without a namespace, as many as there are models, have nothing but the queue.
class Frame {
 public:
  [[nodiscard]] GridSample at(Row row) const;
  [[nodiscard]] float gateway_queue(Row row) const { return columns_.back().at(row); }
  // Values without data leave what is there.
  void merge(const SampleBlock& block, std::size_t step, float GridSample::* field);

 private:
  static constexpr std::array counts{&GridSample::running, &GridSample::waiting, &GridSample::pods,
                                     &GridSample::finished_rise, &GridSample::gateway_queue};

  std::vector<float> kv_;
  std::array<CountColumn, counts.size()> columns_;  // parallel to counts, whose last one is the queue
};

using FrameList = std::vector<std::shared_ptr<const Frame>>;

// One thread. Frames that were given away are never changed: what comes later for their step goes into a copy.
class FrameWindow {
 public:
  FrameWindow(Duration step, Duration history) : step_(step), count_(static_cast<std::size_t>(history / step) + 1) {}

  // Makes `newest` (on the grid) the last step; older frames fall out. A step back in time, or over the whole window,
  // empties it.
  void advance(TimePoint newest);
  // Values without data leave what is there. Steps outside the window are dropped.
  void merge(const SampleBlock& block, float GridSample::* field);
  // The row has no data at any step.
  [[nodiscard]] bool empty(Row row) const;

  // Oldest first, one per step, ending at newest(); null where nothing is known of a step.
  [[nodiscard]] const FrameList& frames() const { return frames_; }
  [[nodiscard]] TimePoint newest() const { return newest_; }
  [[nodiscard]] TimePoint oldest() const { return newest_ - step_ * static_cast<Duration::rep>(count_ - 1); }

 private:
  Duration step_;
  std::size_t count_;
  TimePoint newest_;
  FrameList frames_;
};

}  // namespace inferno::signals
