// Events on their way to the API server, within limits: a model that flaps, or a mistake that concerns thousands, must
// not flood it. Not thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "adapter/common/monotonic_clock.hpp"
#include "adapter/common/time.hpp"
#include "adapter/feedback/token_bucket.hpp"
#include "adapter/feedback/variant_event.hpp"

namespace inferno::feedback {

struct EventLimits {
  double variant_burst = 6;
  double variant_per_second = 1.0 / 60;
  double burst = 20;  // of all variants
  double per_second = 5;
  Duration repeat_after{10 * 60'000};  // the same event of the same variant is told again
  Duration longest_wait{5 * 60'000};   // an event that could not be sent for so long is given up
  std::size_t longest_queue = 500;
};

class EventQueue {
 public:
  struct Entry {
    VariantEvent event;
    std::string unique;  // distinguishes its name
    TimePoint happened;
    MonotonicTime queued;
  };

  explicit EventQueue(EventLimits limits) : limits_(limits), all_(limits.burst, limits.per_second) {}

  // Takes the event, or drops it: a repetition, or one too many of its variant or in all.
  void offer(VariantEvent event, TimePoint happened, MonotonicTime now);
  // What may be sent now, oldest first.
  [[nodiscard]] std::vector<Entry> take(MonotonicTime now);
  // It could not be sent, and is to be tried again.
  void put_back(Entry entry) { queue_.push_back(std::move(entry)); }
  void clear() { queue_.clear(); }

 private:
  struct Told {
    explicit Told(const EventLimits& limits) : bucket(limits.variant_burst, limits.variant_per_second) {}
    TokenBucket bucket;
    std::map<std::size_t, MonotonicTime> notes;  // by hash of reason and note
    MonotonicTime last;
  };
  void forget_old(MonotonicTime now);

  EventLimits limits_;
  TokenBucket all_;
  std::map<std::string, Told, std::less<>> told_;  // by "namespace/name"
  MonotonicTime forgot_at_;
  std::deque<Entry> queue_;
  std::uint64_t sequence_ = 0;
};

}  // namespace inferno::feedback
