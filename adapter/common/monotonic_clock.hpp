// Time that only ever passes: for how long something has lasted on this machine, whatever its wall clock is set to.
// Injected, so that tests decide how much of it passes.
#pragma once

#include <chrono>
#include <functional>

namespace inferno {

using MonotonicTime = std::chrono::steady_clock::time_point;

// Gives the present moment. Thread safe.
using MonotonicClock = std::function<MonotonicTime()>;

inline MonotonicClock system_monotonic_clock() {
  return [] { return std::chrono::steady_clock::now(); };
}

}  // namespace inferno
