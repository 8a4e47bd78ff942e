// Which target is to be woken when: each at once, and again only after a while, longer and longer while that fails.
// Pure.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "adapter/common/monotonic_clock.hpp"
#include "adapter/common/time.hpp"
#include "adapter/wake/wake_target.hpp"

namespace inferno::wake {

class WakeAgenda {
 public:
  // A target that was woken, or found awake, is left alone for this long: by then the cluster state shows it.
  static constexpr Duration settle = std::chrono::seconds{5};
  // The pause after a failure, doubled with each up to the longest.
  static constexpr Duration first_pause = std::chrono::seconds{1};
  static constexpr Duration longest_pause = std::chrono::seconds{30};

  // What is to be woken as of now. A target that is no longer among them starts anew when it comes back.
  void want(const std::vector<WakeTarget>& targets);

  // The next one that is due, which nobody else gets until done() is told of it.
  [[nodiscard]] std::optional<WakeTarget> take(MonotonicTime now);
  void done(const WakeTarget& target, bool succeeded, MonotonicTime now);

  // How long until take() may give something, as things are; nothing: not before something else is wanted or done.
  [[nodiscard]] std::optional<Duration> until_due(MonotonicTime now) const;

 private:
  struct Entry {
    MonotonicTime due = MonotonicTime::min();
    Duration pause = first_pause;
    bool in_flight = false;
    bool is_wanted = true;
  };

  std::map<WakeTarget, Entry> entries_;
};

}  // namespace inferno::wake
