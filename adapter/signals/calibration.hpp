// What was learned of workloads: how fast a full replica is, how many requests it runs, how long a replica takes to
// start. The newest observations by row. A value: snapshots hold an immutable one; copies share the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/signals/grid.hpp"

namespace inferno::signals {

enum class Calibrated : std::uint8_t {
  throughput,  // finished requests per second of a full pod
  batch,       // running requests of a full pod
  cold_start,  // seconds from a pod's creation to its first sample
  count_
};

class Calibration {
 public:
  static constexpr std::size_t kept = 20;  // observations per row and kind

  Calibration(Duration interval, Duration window) : interval_(interval), window_(window) {}

  // Stretches of one kind and row come in order of time.
  void append(Calibrated kind, const SampleBlock& block);
  void forget(Row row);

  // Appends the observations within the window before `now`.
  void observations(Calibrated kind, Row row, TimePoint now, std::vector<float>& values) const;
  [[nodiscard]] bool is_silent(Row row, TimePoint now) const;

 private:
  struct Observation {
    std::int32_t step;  // time / interval
    float value;
  };
  struct RowObservations {
    std::vector<Observation> kinds[static_cast<std::size_t>(Calibrated::count_)];
  };

  [[nodiscard]] std::int32_t step_of(TimePoint time) const {
    return static_cast<std::int32_t>(time.time_since_epoch() / interval_);
  }

  Duration interval_;
  Duration window_;
  std::vector<std::shared_ptr<const RowObservations>> rows_;
};

// nullopt of no values. Where most values are zero (long requests: an interval often ends without one finishing), the
// mean, since a median of zero would say that a replica does nothing at all.
[[nodiscard]] std::optional<double> typical(std::vector<float> values);

}  // namespace inferno::signals
