// Random numbers that are the same on every machine and with every standard library: a failing seed replays anywhere.
#pragma once

#include <cstddef>
#include <cstdint>

#include "adapter/common/time.hpp"

namespace inferno::schedules {

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  // 0 ... bound - 1.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  bool chance(double probability) { return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability; }
  // A whole number of `grain` from `least` to `most`, both included.
  Duration between(Duration least, Duration most, Duration grain = std::chrono::seconds{5}) {
    const auto choices = static_cast<std::size_t>((most - least) / grain) + 1;
    return least + grain * static_cast<Duration::rep>(below(choices));
  }
  template <class Container>
  auto& pick(Container& container) {
    return container[below(container.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace inferno::schedules
