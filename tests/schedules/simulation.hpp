// Plays one schedule against the real adapter and watches the invariants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/schedules/invariants.hpp"
#include "tests/schedules/sabotage.hpp"

namespace inferno::schedules {

struct Outcome {
  std::optional<Violation> violation;
  std::vector<std::string> story;  // the schedule's events until then, and what the adapter answered
  std::size_t answers = 0;         // given to the HPA
  std::size_t zeros = 0;           // decisions that took a model to zero
  std::size_t wakes = 0;           // and from there
};

[[nodiscard]] Outcome play(std::uint64_t seed, Sabotage sabotage = Sabotage::none);

}  // namespace inferno::schedules
