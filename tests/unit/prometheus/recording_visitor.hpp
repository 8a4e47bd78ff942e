// Keeps what a range query delivers, in a form that tests compare.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "adapter/prometheus/range_query.hpp"

namespace inferno::prometheus::testing {

struct RecordedSeries {
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::int64_t, double>> samples;  // milliseconds, value

  bool operator==(const RecordedSeries&) const = default;
};

class RecordingVisitor final : public SeriesVisitor {
 public:
  void on_series(std::span<const LabelView> labels) override {
    RecordedSeries& added = series.emplace_back();
    for (const auto& [name, value] : labels) added.labels.emplace_back(name, value);
  }
  void on_sample(TimePoint time, double value) override {
    series.back().samples.emplace_back(time.time_since_epoch().count(), value);
  }

  std::vector<RecordedSeries> series;
};

}  // namespace inferno::prometheus::testing
