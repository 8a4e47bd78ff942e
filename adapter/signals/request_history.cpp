#include "adapter/signals/request_history.hpp"

#include <algorithm>

namespace inferno::signals {
namespace {

constexpr Duration::rep buckets_per_age = 16;

}  // namespace

void RequestHistory::append(TimePoint end, std::vector<float> counts) {
  while (!counts.empty() && counts.back() == 0) counts.pop_back();
  newest_ = end;
  if (!counts.empty()) {
    counts.shrink_to_fit();
    buckets_.push_back(
        std::make_shared<const Bucket>(Bucket{.begin = end - interval_, .end = end, .counts = std::move(counts)}));
  }
  merge_aged();
}

// Each bucket grows to the widest aligned one that is allowed at its age; buckets that then coincide become one.
void RequestHistory::merge_aged() {
  std::vector<std::shared_ptr<const Bucket>> merged;
  merged.reserve(buckets_.size());
  for (const auto& bucket : buckets_) {
    TimePoint begin = bucket->begin;
    TimePoint end = bucket->end;
    for (;;) {
      const Duration width = 2 * (end - begin);
      const TimePoint wider_begin = align_down(begin, width);
      const TimePoint wider_end = wider_begin + width;
      if (newest_ - wider_end < width * buckets_per_age) break;
      begin = wider_begin;
      end = wider_end;
    }
    if (!merged.empty() && merged.back()->begin == begin) {
      std::vector<float> counts = merged.back()->counts;
      if (counts.size() < bucket->counts.size()) counts.resize(bucket->counts.size());
      for (std::size_t row = 0; row < bucket->counts.size(); ++row) counts[row] += bucket->counts[row];
      merged.back() = std::make_shared<const Bucket>(Bucket{.begin = begin, .end = end, .counts = std::move(counts)});
    } else if (begin == bucket->begin && end == bucket->end) {
      merged.push_back(bucket);
    } else {
      merged.push_back(std::make_shared<const Bucket>(Bucket{.begin = begin, .end = end, .counts = bucket->counts}));
    }
  }
  buckets_ = std::move(merged);
}

void RequestHistory::drop_before(TimePoint time) {
  std::erase_if(buckets_, [time](const auto& bucket) { return bucket->end <= time; });
}

double RequestHistory::count(Row row, Duration period) const {
  double sum = 0;
  for (auto bucket = buckets_.rbegin(); bucket != buckets_.rend() && (*bucket)->end > newest_ - period; ++bucket) {
    if (row < (*bucket)->counts.size()) sum += static_cast<double>((*bucket)->counts[row]);
  }
  return sum;
}

TimePoint RequestHistory::begin_for(TimePoint newest, Duration period, Duration interval) {
  Duration width = interval;
  while (2 * width * buckets_per_age <= period) width *= 2;
  return align_down(newest - period, width);
}

}  // namespace inferno::signals
