// Spreads the capacity that a role needs over its variants, starting from what there is. Pure.
#pragma once

#include <span>

#include "adapter/decision/decision.hpp"

namespace inferno {

struct CapacityDemand {
  double grow_to = 0;    // there must be at least this much
  double shrink_to = 0;  // what is beyond this may go; at least grow_to
};

// Sets `desired`, `held_up` and `limited` of each variant, and returns the capacity of grow_to for which none has room.
//
//  - Grows the variant with the lowest cost per capacity, up to its max_replicas, then the next; shrinks the one with
//  the highest; ties by name, first when growing, last when shrinking.
//  - Never moves capacity: what is there and covers the need stays. What is there beyond a variant's max_replicas does
//  not count: its autoscaler takes that away, whatever the answer, so it is replaced elsewhere once, now.
//  - Never takes a ready replica away while what remains ready would not cover the need (replicas that are still
//  loading serve no request).
//  - Always leaves one replica; where there is none it is of the variant with the lowest cost per replica that has
//  room.
//  - A variant with a target has at least its min_replicas. That is the VariantAutoscaling's; an autoscaler keeps its
//  own minReplicas by itself, and what it keeps counts as soon as it is there. Taking it for a bound would keep
//  variants up that something else can take to zero: KEDA writes an autoscaler with minReplicas 1 and goes to zero on
//  its own.
[[nodiscard]] double allocate(std::span<VariantDecision* const> variants, const CapacityDemand& demand);

}  // namespace inferno
