// What full replicas were seen to do: the newest observations by row. A value: snapshots hold an immutable one; copies
// share the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/signals/grid.hpp"

namespace inferno::signals {

enum class Learned : std::uint8_t { throughput, batch, cold_start, count_ };

class LearnedTable {
 public:
  static constexpr std::size_t kept = 20;  // observations per row and kind

  LearnedTable(Duration interval, Duration window) : interval_(interval), window_(window) {}

  // Stretches of one kind and row come in order of time.
  void append(Learned kind, const SampleBlock& block);
  void forget(Row row);

  // Of the observations within the window before `now`.
  [[nodiscard]] std::vector<float> observations(Learned kind, std::optional<Row> row, TimePoint now) const;

 private:
  struct Observation {
    std::int32_t step;  // time / interval
    float value;
  };
  struct RowObservations {
    std::vector<Observation> kinds[static_cast<std::size_t>(Learned::count_)];
  };

  [[nodiscard]] std::int32_t step_of(TimePoint time) const {
    return static_cast<std::int32_t>(time.time_since_epoch() / interval_);
  }

  Duration interval_;
  Duration window_;
  std::vector<std::shared_ptr<const RowObservations>> rows_;
};

// Nothing of nothing. Where most values are zero (long requests: an interval often ends without one finishing), the
// mean, since a median of zero would say that a replica does nothing at all.
[[nodiscard]] std::optional<double> typical(std::vector<float> values);

}  // namespace inferno::signals
