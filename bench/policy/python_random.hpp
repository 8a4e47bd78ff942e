// CPython's random.Random(seed), so that runs here and in a Python model of the same fleet see the same requests.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace inferno::bench {

// MT19937 as published by Matsumoto and Nishimura, seeded by init_by_array({seed}) as CPython does for a small integer.
class PythonRandom {
 public:
  explicit PythonRandom(std::uint32_t seed) {
    fill(19650218U);
    std::size_t i = 1;
    for (std::size_t k = size; k > 0; --k) {
      state_[i] = (state_[i] ^ (scrambled(i - 1) * 1664525U)) + seed;
      i = next(i);
    }
    for (std::size_t k = size - 1; k > 0; --k) {
      state_[i] = (state_[i] ^ (scrambled(i - 1) * 1566083941U)) - static_cast<std::uint32_t>(i);
      i = next(i);
    }
    state_[0] = 0x80000000U;
  }

  // random.expovariate(rate)
  double exponential(double rate) { return -std::log(1.0 - uniform()) / rate; }

 private:
  static constexpr std::size_t size = 624;
  static constexpr std::size_t middle = 397;

  void fill(std::uint32_t seed) {
    state_[0] = seed;
    for (std::size_t i = 1; i < size; ++i) state_[i] = 1812433253U * scrambled(i - 1) + static_cast<std::uint32_t>(i);
  }

  [[nodiscard]] std::uint32_t scrambled(std::size_t i) const { return state_[i] ^ (state_[i] >> 30U); }

  std::size_t next(std::size_t i) {
    if (i + 1 < size) return i + 1;
    state_[0] = state_[size - 1];
    return 1;
  }

  std::uint32_t word() {
    if (position_ == size) {
      for (std::size_t i = 0; i < size; ++i) {
        const std::uint32_t mixed = (state_[i] & 0x80000000U) | (state_[(i + 1) % size] & 0x7fffffffU);
        state_[i] = state_[(i + middle) % size] ^ (mixed >> 1U) ^ ((mixed & 1U) != 0 ? 0x9908b0dfU : 0U);
      }
      position_ = 0;
    }
    std::uint32_t value = state_[position_++];
    value ^= value >> 11U;
    value ^= (value << 7U) & 0x9d2c5680U;
    value ^= (value << 15U) & 0xefc60000U;
    return value ^ (value >> 18U);
  }

  // [0, 1) with 53 bits
  double uniform() {
    const std::uint32_t high = word() >> 5U;
    const std::uint32_t low = word() >> 6U;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  std::array<std::uint32_t, size> state_{};
  std::size_t position_ = size;
};

}  // namespace inferno::bench
