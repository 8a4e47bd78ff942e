#include "adapter/feedback/event_queue.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <string_view>
#include <utility>

namespace inferno::feedback {

void EventQueue::offer(VariantEvent event, TimePoint happened, MonotonicTime now) {
  forget_old(now);
  Told& told = told_.try_emplace(event.namespace_name + '/' + event.name, limits_).first->second;
  const std::size_t content =
      std::hash<std::string_view>{}(event.note) * 31 + std::hash<std::string_view>{}(event.reason);
  const auto before = told.notes.find(content);
  if (before != told.notes.end() && now - before->second < limits_.repeat_after) return;
  if (told.bucket.available(now) == 0 || queue_.size() >= limits_.longest_queue) {
    spdlog::debug("event dropped, too many: {} of {}/{}: {}", event.reason, event.namespace_name, event.name,
                  event.note);
    return;
  }
  told.bucket.take(1);
  told.notes[content] = told.last = now;
  queue_.push_back({.event = std::move(event),
                    .unique = fmt::format("{:x}{:04x}", happened.time_since_epoch().count(), sequence_++ & 0xFFFFU),
                    .happened = happened,
                    .queued = now});
}

std::vector<EventQueue::Entry> EventQueue::take(MonotonicTime now) {
  std::erase_if(queue_, [this, now](const Entry& entry) { return now - entry.queued > limits_.longest_wait; });
  std::vector<Entry> taken;
  for (std::size_t left = all_.available(now); left > 0 && !queue_.empty(); --left) {
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  all_.take(taken.size());
  return taken;
}

void EventQueue::forget_old(MonotonicTime now) {
  if (now - forgot_at_ < limits_.repeat_after) return;
  forgot_at_ = now;
  const auto is_old = [this, now](MonotonicTime time) { return now - time >= limits_.repeat_after; };
  std::erase_if(told_, [&is_old](const auto& told) { return is_old(told.second.last); });
  for (auto& [name, told] : told_)
    std::erase_if(told.notes, [&is_old](const auto& note) { return is_old(note.second); });
}

}  // namespace inferno::feedback
