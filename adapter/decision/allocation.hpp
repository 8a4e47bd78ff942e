// Spreads the capacity a model needs over its variants, starting from what there is. Pure.
#pragma once

#include <cstdint>
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
};

struct CapacityDemand {
  double grow_to = 0;    // there must be at least this much
  double shrink_to = 0;  // what is beyond this may go; at least grow_to
  bool at_least_one = true;
};

// Desired replicas, parallel to `variants`.
//  - Grows the variant with the lowest cost per capacity, shrinks the one with the highest; ties by name, first when
//  growing, last when shrinking.
//  - Never moves capacity: what is there and covers the need stays.
//  - Never takes a ready replica away while what remains ready would not cover the need (replicas that are still
//  loading serve nobody).
//  - The one replica of `at_least_one`, where there is none: the variant with the lowest cost per replica.
[[nodiscard]] std::vector<std::int32_t> allocate(const std::vector<AllocationVariant>& variants,
                                                 const CapacityDemand& demand);

}  // namespace inferno
