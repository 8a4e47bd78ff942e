// Spreads the capacity a model needs over its variants, starting from what there is. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace inferno {

struct AllocationVariant {
  std::string name;
  std::int32_t current = 0;
  std::int32_t ready = 0;
  double capacity = 1.0;
  double cost = 0;
  bool usable = true;  // its scale target exists
  // No more than this, whatever the need: the maxReplicas of its autoscaler.
  std::int32_t most = std::numeric_limits<std::int32_t>::max();
};

struct CapacityDemand {
  double grow_to = 0;    // there must be at least this much
  double shrink_to = 0;  // what is beyond this may go; at least grow_to
  bool at_least_one = true;
};

// Both lists are parallel to the variants given.
struct Allocation {
  std::vector<std::int32_t> replicas;  // desired
  std::vector<bool> limited;           // it would have got more, or keep more, but for its `most`
  double missing = 0;                  // capacity of grow_to for which no variant has room
};

//  - Grows the variant with the lowest cost per capacity, up to its `most`, then the next; shrinks the one with the
//  highest; ties by name, first when growing, last when shrinking.
//  - Never moves capacity: what is there and covers the need stays. What is there beyond a variant's `most` does not
//  count: its autoscaler takes that away, whatever the answer, so it is replaced elsewhere once, now.
//  - Never takes a ready replica away while what remains ready would not cover the need (replicas that are still
//  loading serve nobody).
//  - The one replica of `at_least_one`, where there is none: the variant with the lowest cost per replica that has
//  room.
//  - There is no lower bound: an autoscaler keeps its minReplicas by itself, and what it keeps counts as soon as it is
//  there. Taking it for one would keep variants up that something else can take to zero: KEDA writes an autoscaler with
//  minReplicas 1 and goes to zero on its own.
[[nodiscard]] Allocation allocate(const std::vector<AllocationVariant>& variants, const CapacityDemand& demand);

}  // namespace inferno
