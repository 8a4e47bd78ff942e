// A map of bounded size whose entries end at a time of their own. A full one forgets what was used longest ago. Not
// thread safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace inferno::server {

template <class Key, class Value>
class ExpiringCache {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit ExpiringCache(std::size_t capacity) : capacity_(capacity) {}

  // Null where there is none any more at `now`. Valid until the next call.
  [[nodiscard]] const Value* find(const Key& key, Time now) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    const auto entry = found->second;
    if (now >= entry->until) {
      index_.erase(found);
      entries_.erase(entry);
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return &entry->value;
  }

  // Replaces what the key stood for.
  void put(const Key& key, Value value, Time until) {
    if (const auto found = index_.find(key); found != index_.end()) {
      entries_.erase(found->second);
      index_.erase(found);
    }
    if (entries_.size() >= capacity_) {
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
    entries_.push_front(Entry{key, std::move(value), until});
    index_.emplace(key, entries_.begin());
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Key key;
    Value value;
    Time until;
  };

  std::size_t capacity_;
  std::list<Entry> entries_;  // the one used last comes first
  std::map<Key, typename std::list<Entry>::iterator> index_;
};

}  // namespace inferno::server
