// How many requests finished, by row and time, back over the longest retention period.
//
// Buckets are one flow interval wide at first and are merged in pairs as they age, so that a bucket is never wider than
// a sixteenth of its age: memory grows with the logarithm of the retention period. Buckets are aligned to absolute
// time, so every adapter has the same ones. Copies share the buckets.
#pragma once

#include <memory>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/signals/row_table.hpp"

namespace inferno::signals {

class RequestHistory {
 public:
  explicit RequestHistory(Duration interval) : interval_(interval) {}

  // `counts` by row, of the interval that ends at `end` (on the flow grid). Intervals come in order; missing ones count
  // nothing.
  void append(TimePoint end, std::vector<float> counts);
  void drop_before(TimePoint time);

  // Requests within `period` before the newest interval's end; what a bucket at the period's edge holds is included
  // whole.
  [[nodiscard]] double count(Row row, Duration period) const;

  // Where a history has to begin so that count() of `period` at `newest` does not depend on when it was begun.
  [[nodiscard]] static TimePoint begin_for(TimePoint newest, Duration period, Duration interval);

  [[nodiscard]] std::size_t bucket_count() const { return buckets_.size(); }

 private:
  struct Bucket {
    TimePoint begin;  // exclusive
    TimePoint end;    // inclusive
    std::vector<float> counts;
  };

  void merge_aged();

  Duration interval_;
  TimePoint newest_;
  std::vector<std::shared_ptr<const Bucket>> buckets_;  // oldest first
};

}  // namespace inferno::signals
