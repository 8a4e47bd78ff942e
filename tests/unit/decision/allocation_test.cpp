// How needed capacity is spread over the variants of a model.
#include "adapter/decision/allocation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inferno {
namespace {

using ::testing::ElementsAre;

AllocationVariant variant(std::string name, std::int32_t replicas, double cost, double capacity = 1) {
  return {.name = std::move(name),
          .current = replicas,
          .ready = replicas,
          .capacity = capacity,
          .cost = cost,
          .usable = true};
}

TEST(Allocation, GrowsTheVariantWithTheLowestCostPerCapacity) {
  EXPECT_THAT(allocate({variant("a", 1, 10), variant("b", 1, 40, 5)}, {.grow_to = 9, .shrink_to = 9}),
              ElementsAre(1, 2));
}

TEST(Allocation, ShrinksTheVariantWithTheHighestCostPerCapacity) {
  EXPECT_THAT(allocate({variant("a", 2, 10), variant("b", 2, 40)}, {.grow_to = 2, .shrink_to = 2}), ElementsAre(2, 0));
}

TEST(Allocation, BreaksTiesByNameFirstWhenGrowingLastWhenShrinking) {
  EXPECT_THAT(allocate({variant("b", 1, 10), variant("a", 1, 10)}, {.grow_to = 3, .shrink_to = 3}), ElementsAre(1, 2));
  EXPECT_THAT(allocate({variant("b", 1, 10), variant("a", 1, 10)}, {.grow_to = 1, .shrink_to = 1}), ElementsAre(0, 1));
}

TEST(Allocation, LeavesWhatCoversTheNeedWhereItIs) {
  EXPECT_THAT(allocate({variant("cheap", 0, 1), variant("dear", 3, 100)}, {.grow_to = 2, .shrink_to = 3}),
              ElementsAre(0, 3));
}

TEST(Allocation, ShrinksOnlyByWholeReplicasThatCanBeSpared) {
  EXPECT_THAT(allocate({variant("small", 2, 10, 0.5), variant("big", 2, 40, 1.5)}, {.grow_to = 2.6, .shrink_to = 2.6}),
              ElementsAre(0, 2));  // 4.0 there: the big one is dearest, but one of them is more than can be spared
}

TEST(Allocation, KeepsOneReplicaOfTheModel) {
  EXPECT_THAT(allocate({variant("a", 3, 10)}, {.grow_to = 0, .shrink_to = 0}), ElementsAre(1));
  EXPECT_THAT(allocate({variant("cheap", 0, 10), variant("dear", 2, 40)}, {.grow_to = 0, .shrink_to = 0}),
              ElementsAre(0, 1));
}

TEST(Allocation, WakesWithOneReplicaOfTheVariantThatCostsLeast) {
  // Per capacity b is cheaper; one replica is all that is needed, and a's costs less.
  EXPECT_THAT(allocate({variant("a", 0, 10), variant("b", 0, 40, 5)}, {.grow_to = 0.2, .shrink_to = 0.2}),
              ElementsAre(1, 0));
}

TEST(Allocation, DoesNotShrinkWhatServesWhileTheOthersStillLoad) {
  AllocationVariant loading = variant("cheap", 2, 10);
  loading.ready = 0;
  EXPECT_THAT(allocate({loading, variant("dear", 2, 40)}, {.grow_to = 2, .shrink_to = 2}), ElementsAre(2, 2));
}

TEST(Allocation, CancelsReplicasThatStillLoadWhenTheNeedIsGone) {
  AllocationVariant loading = variant("a", 5, 10);
  loading.ready = 1;
  EXPECT_THAT(allocate({loading}, {.grow_to = 1, .shrink_to = 1}), ElementsAre(1));
}

TEST(Allocation, PassesOverAVariantWithoutAScaleTarget) {
  AllocationVariant gone = variant("cheap", 0, 1);
  gone.usable = false;
  EXPECT_THAT(allocate({gone, variant("dear", 1, 40)}, {.grow_to = 3, .shrink_to = 3}), ElementsAre(0, 3));
  EXPECT_THAT(allocate({gone}, {.grow_to = 3, .shrink_to = 3}), ElementsAre(0));
}

TEST(Allocation, FloatingPointNoiseBuysNothing) {
  EXPECT_THAT(allocate({variant("a", 1, 10, 0.1), variant("b", 1, 40, 0.2)}, {.grow_to = 0.1 + 0.2, .shrink_to = 0.3}),
              ElementsAre(1, 1));
}

}  // namespace
}  // namespace inferno
