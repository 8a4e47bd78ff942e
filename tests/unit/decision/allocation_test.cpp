// How needed capacity is spread over the variants of a model.
#include "adapter/decision/allocation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inferno {
namespace {

using ::testing::ElementsAre;

VariantDecision variant(std::string name, std::int32_t replicas, double cost, double capacity = 1) {
  VariantDecision variant;
  variant.name = std::move(name);
  variant.current = variant.ready = replicas;
  variant.capacity = capacity;
  variant.cost = cost;
  return variant;
}

struct Allocated {
  std::vector<std::int32_t> replicas;
  std::vector<bool> limited;
  std::vector<bool> held_up;
  double missing = 0;
};

Allocated allocated(std::vector<VariantDecision> variants, const CapacityDemand& demand) {
  std::vector<VariantDecision*> pointers;
  for (VariantDecision& variant : variants) pointers.push_back(&variant);
  Allocated result;
  result.missing = allocate(pointers, demand);
  for (const VariantDecision& variant : variants) {
    result.replicas.push_back(variant.desired);
    result.limited.push_back(variant.limited);
    result.held_up.push_back(variant.held_up);
  }
  return result;
}

TEST(Allocation, GrowsTheVariantWithTheLowestCostPerCapacity) {
  EXPECT_THAT(allocated({variant("a", 1, 10), variant("b", 1, 40, 5)}, {.grow_to = 9, .shrink_to = 9}).replicas,
              ElementsAre(1, 2));
}

TEST(Allocation, ShrinksTheVariantWithTheHighestCostPerCapacity) {
  EXPECT_THAT(allocated({variant("a", 2, 10), variant("b", 2, 40)}, {.grow_to = 2, .shrink_to = 2}).replicas,
              ElementsAre(2, 0));
}

TEST(Allocation, BreaksTiesByNameFirstWhenGrowingLastWhenShrinking) {
  EXPECT_THAT(allocated({variant("b", 1, 10), variant("a", 1, 10)}, {.grow_to = 3, .shrink_to = 3}).replicas,
              ElementsAre(1, 2));
  EXPECT_THAT(allocated({variant("b", 1, 10), variant("a", 1, 10)}, {.grow_to = 1, .shrink_to = 1}).replicas,
              ElementsAre(0, 1));
}

TEST(Allocation, LeavesWhatCoversTheNeedWhereItIs) {
  EXPECT_THAT(allocated({variant("cheap", 0, 1), variant("dear", 3, 100)}, {.grow_to = 2, .shrink_to = 3}).replicas,
              ElementsAre(0, 3));
}

TEST(Allocation, ShrinksOnlyByWholeReplicasThatCanBeSpared) {
  EXPECT_THAT(allocated({variant("small", 2, 10, 0.5), variant("big", 2, 40, 1.5)}, {.grow_to = 2.6, .shrink_to = 2.6})
                  .replicas,
              ElementsAre(0, 2));  // 4.0 there: the big one is dearest, but one of them is more than can be spared
}

TEST(Allocation, KeepsOneReplicaOfTheRole) {
  EXPECT_THAT(allocated({variant("a", 3, 10)}, {.grow_to = 0, .shrink_to = 0}).replicas, ElementsAre(1));
  EXPECT_THAT(allocated({variant("cheap", 0, 10), variant("dear", 2, 40)}, {.grow_to = 0, .shrink_to = 0}).replicas,
              ElementsAre(0, 1));
}

TEST(Allocation, WakesWithOneReplicaOfTheVariantThatCostsLeast) {
  // Per capacity b is cheaper; one replica is all that is needed, and a's costs less.
  EXPECT_THAT(allocated({variant("a", 0, 10), variant("b", 0, 40, 5)}, {.grow_to = 0.2, .shrink_to = 0.2}).replicas,
              ElementsAre(1, 0));
}

TEST(Allocation, DoesNotShrinkWhatServesWhileTheOthersStillLoad) {
  VariantDecision loading = variant("cheap", 2, 10);
  loading.ready = 0;
  EXPECT_THAT(allocated({loading, variant("dear", 2, 40)}, {.grow_to = 2, .shrink_to = 2}).replicas, ElementsAre(2, 2));
}

TEST(Allocation, CancelsReplicasThatStillLoadWhenTheNeedIsGone) {
  VariantDecision loading = variant("a", 5, 10);
  loading.ready = 1;
  EXPECT_THAT(allocated({loading}, {.grow_to = 1, .shrink_to = 1}).replicas, ElementsAre(1));
}

TEST(Allocation, PassesOverAVariantWithoutAScaleTarget) {
  VariantDecision gone = variant("cheap", 0, 1);
  gone.has_target = false;
  EXPECT_THAT(allocated({gone, variant("dear", 1, 40)}, {.grow_to = 3, .shrink_to = 3}).replicas, ElementsAre(0, 3));
  EXPECT_THAT(allocated({gone}, {.grow_to = 3, .shrink_to = 3}).replicas, ElementsAre(0));
}

VariantDecision up_to(std::int32_t most, VariantDecision of) {
  of.max_replicas = most;
  return of;
}

TEST(AllocationBound, PassesOnWhatAVariantMayNotHave) {
  const Allocated three =
      allocated({up_to(3, variant("cheap", 1, 10)), variant("middle", 1, 20), variant("dear", 1, 40)},
                {.grow_to = 7, .shrink_to = 7});
  EXPECT_THAT(three.replicas, ElementsAre(3, 3, 1));
  EXPECT_THAT(three.limited, ElementsAre(true, false, false));
  EXPECT_EQ(three.missing, 0);
}

TEST(AllocationBound, ConvertsWhatIsPassedOnByCapacity) {
  EXPECT_THAT(allocated({up_to(1, variant("cheap", 1, 10)), variant("dear", 0, 100, 4)}, {.grow_to = 7, .shrink_to = 7})
                  .replicas,
              ElementsAre(1, 2));
}

TEST(AllocationBound, GivesWhatFitsAndTellsWhatIsMissing) {
  const Allocated full =
      allocated({up_to(3, variant("a", 1, 10)), up_to(2, variant("b", 2, 20))}, {.grow_to = 7.5, .shrink_to = 7.5});
  EXPECT_THAT(full.replicas, ElementsAre(3, 2));
  EXPECT_THAT(full.limited, ElementsAre(true, true));
  EXPECT_DOUBLE_EQ(full.missing, 2.5);
}

TEST(AllocationBound, IsNoLimitWhereTheNeedJustFits) {
  const Allocated fits = allocated({up_to(3, variant("a", 1, 10))}, {.grow_to = 3, .shrink_to = 3});
  EXPECT_THAT(fits.replicas, ElementsAre(3));
  EXPECT_THAT(fits.limited, ElementsAre(false));
}

// Its autoscaler takes what is beyond the maximum away by itself: the other variant replaces that, once.
TEST(AllocationBound, WhatIsThereBeyondItIsReplacedElsewhereOnce) {
  const Allocated first =
      allocated({up_to(2, variant("a", 5, 10)), variant("b", 0, 20)}, {.grow_to = 5, .shrink_to = 5});
  EXPECT_THAT(first.replicas, ElementsAre(2, 3));
  EXPECT_THAT(first.limited, ElementsAre(true, false));
  EXPECT_THAT(allocated({up_to(2, variant("a", 5, 10)), variant("b", 3, 20)}, {.grow_to = 5, .shrink_to = 5}).replicas,
              ElementsAre(2, 3));
  EXPECT_THAT(allocated({up_to(2, variant("a", 2, 10)), variant("b", 3, 20)}, {.grow_to = 5, .shrink_to = 5}).replicas,
              ElementsAre(2, 3));
}

TEST(AllocationBound, TheOneReplicaGoesToAVariantThatMayHaveOne) {
  EXPECT_THAT(allocated({up_to(0, variant("cheap", 0, 10)), variant("dear", 0, 40)}, {}).replicas, ElementsAre(0, 1));
}

VariantDecision at_least(std::int32_t least, VariantDecision of) {
  of.min_replicas = least;
  return of;
}

TEST(AllocationMinimum, IsKeptAndReachedWhateverTheLoad) {
  const Allocated kept = allocated({at_least(2, variant("a", 3, 10)), variant("b", 1, 20)}, {});
  EXPECT_THAT(kept.replicas, ElementsAre(2, 0));
  EXPECT_THAT(kept.held_up, ElementsAre(true, false));
  const Allocated reached = allocated({at_least(2, variant("a", 0, 10))}, {});
  EXPECT_THAT(reached.replicas, ElementsAre(2));
  EXPECT_THAT(reached.held_up, ElementsAre(true));
}

TEST(AllocationMinimum, HoldsNothingUpWhereTheLoadNeedsIt) {
  const Allocated needed = allocated({at_least(2, variant("a", 0, 10))}, {.grow_to = 2, .shrink_to = 2});
  EXPECT_THAT(needed.replicas, ElementsAre(2));
  EXPECT_THAT(needed.held_up, ElementsAre(false));
  EXPECT_THAT(allocated({at_least(1, variant("a", 1, 10))}, {}).held_up, ElementsAre(false)) << "one stays in any case";
}

TEST(AllocationMinimum, CoversLoadLikeAnyOtherReplica) {
  EXPECT_THAT(allocated({variant("cheap", 1, 10), at_least(2, variant("dear", 0, 40))}, {.grow_to = 4, .shrink_to = 4})
                  .replicas,
              ElementsAre(2, 2));
}

TEST(Allocation, FloatingPointNoiseBuysNothing) {
  EXPECT_THAT(allocated({variant("a", 1, 10, 0.1), variant("b", 1, 40, 0.2)}, {.grow_to = 0.1 + 0.2, .shrink_to = 0.3})
                  .replicas,
              ElementsAre(1, 1));
}

}  // namespace
}  // namespace inferno
