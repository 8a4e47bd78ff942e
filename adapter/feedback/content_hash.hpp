// One number for a sequence of values: equal sequences have equal numbers, others almost never.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace inferno::feedback {

class ContentHash {
 public:
  template <class T>
  ContentHash& add(const T& value) {
    return combine(std::hash<T>{}(value));
  }
  ContentHash& add(std::string_view text) { return combine(std::hash<std::string_view>{}(text)); }
  [[nodiscard]] std::size_t value() const { return value_; }

 private:
  ContentHash& combine(std::size_t hash) {
    value_ ^= hash + 0x9e3779b97f4a7c15U + (value_ << 6U) + (value_ >> 2U);
    return *this;
  }

  std::size_t value_ = 0;
};

}  // namespace inferno::feedback
