// An immutable value that one thread replaces whole and others read. Readers keep what they loaded for as long as they
// like.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace inferno {

template <class T>
class Published {
 public:
  // Null until the first store. Thread safe; the lock covers the copy of a pointer.
  [[nodiscard]] std::shared_ptr<const T> load() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

  void store(std::shared_ptr<const T> value) {
    const std::lock_guard lock(mutex_);
    value_.swap(value);  // the old value lives on in the argument, which outlives the lock
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace inferno
