// The samples of the last minutes: one immutable frame per grid step, shared between snapshots.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/decision/model_signals.hpp"
#include "adapter/signals/grid.hpp"
#include "adapter/signals/row_table.hpp"

namespace inferno::signals {

// One field of one grid step by row, in as little memory as counts need: there is one for each field of each step of
// the window. Small whole numbers, which counts of requests and pods are nearly always, take two bytes; whatever else
// comes is kept beside them, exactly.
class CountColumn {
 public:
  // NaN where there is none.
  [[nodiscard]] float at(Row row) const {
    const std::size_t index = std::size_t{row} - first_;  // wraps for a row before the first
    const std::uint16_t code = index < codes_.size() ? codes_[index] : none;
    if (code == none) return std::numeric_limits<float>::quiet_NaN();
    return code == aside ? value_aside(row) : static_cast<float>(code);
  }
  // There are values, and none of them is another than zero.
  [[nodiscard]] bool is_zero() const;
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

// Everything Prometheus said about one step. A column per field, each no longer than its query's answer needs: the rows
// of gateway series without a namespace, as many as there are models, have nothing but the queue.
class Frame {
 public:
  [[nodiscard]] GridSample of_workload(Row row) const;
  [[nodiscard]] GridSample of_gateway(Row row) const;
  [[nodiscard]] bool has(Row row) const;  // any value
  // Of a count: there are values, and none of them is another than zero.
  [[nodiscard]] bool is_zero(float GridSample::* field) const;
  // Values without data leave what is there.
  void merge(const SampleBlock& block, std::size_t step, float GridSample::* field);

 private:
  static constexpr std::array counts{
      &GridSample::running,       &GridSample::waiting,       &GridSample::deferred,        &GridSample::replicas,
      &GridSample::finished_rise, &GridSample::gateway_queue, &GridSample::gateway_arrivals};
  static constexpr std::size_t first_of_gateway = 5;

  std::vector<float> kv_;
  std::array<CountColumn, counts.size()> columns_;  // parallel to counts
};

using FrameList = std::vector<std::shared_ptr<const Frame>>;

// One thread. Frames that were given away are never changed: what comes later for their step goes into a copy.
class SampleWindow {
 public:
  SampleWindow(Duration step, Duration history) : step_(step), count_(static_cast<std::size_t>(history / step) + 1) {}

  // Makes `newest` (on the grid) the last step; older frames fall out. A step back in time, or over the whole window,
  // empties it.
  void advance(TimePoint newest);
  // Values without data leave what is there. Steps outside the window are dropped.
  void merge(const SampleBlock& block, float GridSample::* field);
  // Of a count: there are values at that step, and none of them is another than zero.
  [[nodiscard]] bool is_zero(TimePoint time, float GridSample::* field) const;
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
