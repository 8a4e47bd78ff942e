#include "adapter/wake/wake_agenda.hpp"

#include <algorithm>
#include <chrono>

namespace inferno::wake {

void WakeAgenda::want(const std::vector<WakeTarget>& targets) {
  for (auto& [target, entry] : entries_) entry.is_wanted = false;
  for (const WakeTarget& target : targets) entries_[target].is_wanted = true;
  std::erase_if(entries_, [](const auto& entry) { return !entry.second.is_wanted && !entry.second.in_flight; });
}

std::optional<WakeTarget> WakeAgenda::take(MonotonicTime now) {
  for (auto& [target, entry] : entries_) {
    if (entry.in_flight || !entry.is_wanted || now < entry.due) continue;
    entry.in_flight = true;
    return target;
  }
  return std::nullopt;
}

void WakeAgenda::done(const WakeTarget& target, bool succeeded, MonotonicTime now) {
  const auto found = entries_.find(target);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (!entry.is_wanted) {
    entries_.erase(found);
    return;
  }
  entry.in_flight = false;
  entry.due = now + (succeeded ? settle : entry.pause);
  entry.pause = succeeded ? first_pause : std::min(entry.pause * 2, longest_pause);
}

std::optional<Duration> WakeAgenda::until_due(MonotonicTime now) const {
  std::optional<Duration> soonest;
  for (const auto& [target, entry] : entries_) {
    if (entry.in_flight || !entry.is_wanted) continue;
    const Duration wait = entry.due <= now ? Duration::zero() : std::chrono::ceil<Duration>(entry.due - now);
    soonest = soonest ? std::min(*soonest, wait) : wait;
  }
  return soonest;
}

}  // namespace inferno::wake
