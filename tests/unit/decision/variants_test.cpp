// Several variants of one role: weights, conversion by capacity, and who grows, shrinks and wakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using ::testing::ElementsAre;

// Speeds of the cheap and the dear variant, each seen `times` times.
void learn(Scenario& scenario, double cheap, double dear, std::size_t times = 5) {
  scenario.signals.targets[0].throughput = cheap;
  scenario.signals.targets[1].throughput = dear;
  scenario.signals.targets[0].throughput_observations = scenario.signals.targets[1].throughput_observations = times;
}

Scenario two(std::int32_t cheap, std::int32_t dear) {
  Scenario scenario;
  scenario.with_variants({make_variant("cheap", 10, cheap, cheap), make_variant("dear", 40, dear, dear)});
  return scenario;
}

GridSample load(float kv, float pods) {
  return {.kv = kv, .running = 10, .waiting = 0, .replicas = pods, .finished_rise = 15};
}

TEST(Variants, TheCheapOneGrowsFirst) {
  EXPECT_THAT(desired_of(two(1, 1).steady(load(2.0F, 2)).decide()), ElementsAre(2, 1));
}

TEST(Variants, TheDearOneShrinksFirst) {
  EXPECT_THAT(desired_of(two(2, 2).steady(load(1.3F, 4)).decide()), ElementsAre(2, 0));
}

TEST(Variants, NothingMovesWhileTheTotalNeedIsCovered) {
  EXPECT_THAT(desired_of(two(0, 2).steady(load(1.3F, 2)).decide()), ElementsAre(0, 2));
}

TEST(Variants, TheModelWakesWithOneReplicaOfTheCheapest) {
  Scenario scenario = two(0, 0);
  scenario.scale_to_zero_after("1m").steady({.gateway_queue = 2});
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(1, 0));
}

TEST(Variants, AnIdleModelGoesToZeroInAllOfThem) {
  Scenario scenario = two(1, 1);
  scenario.scale_to_zero_after("10m")
      .idle_for(std::chrono::minutes{11})
      .steady({.kv = 0, .running = 0, .waiting = 0, .replicas = 2});
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(0, 0));
}

TEST(Variants, WithoutLoadOneReplicaOfTheModelStaysNotOneOfEach) {
  EXPECT_THAT(desired_of(two(1, 1).steady({.kv = 0, .running = 0, .waiting = 0, .replicas = 2}).decide()),
              ElementsAre(1, 0));
}

TEST(Capacity, IsTheLearnedThroughputWhereEveryVariantHasOne) {
  Scenario scenario = two(1, 1);
  learn(scenario, 2, 6);  // 0.5 and 1.5 of the average
  scenario.signals.targets[0].kv_tokens = scenario.signals.targets[1].kv_tokens = 1000;
  const auto decision = scenario.steady(load(0, 2)).decide();
  EXPECT_DOUBLE_EQ(decision.variants[0].capacity, 0.5);
  EXPECT_DOUBLE_EQ(decision.variants[1].capacity, 1.5);
}

TEST(Capacity, IsKvTokensWhereSpeedsAreNotAllKnown) {
  Scenario scenario = two(1, 1);
  scenario.signals.targets[0].throughput = 2;
  scenario.signals.targets[0].kv_tokens = 100'000;
  scenario.signals.targets[1].kv_tokens = 300'000;
  const auto decision = scenario.steady(load(0, 2)).decide();
  EXPECT_DOUBLE_EQ(decision.variants[0].capacity, 0.5);
  EXPECT_DOUBLE_EQ(decision.variants[1].capacity, 1.5);
}

TEST(Capacity, IsNotASpeedThatWasSeenAFewTimesOnly) {
  Scenario scenario = two(1, 1);
  learn(scenario, 2, 6, 4);
  EXPECT_DOUBLE_EQ(scenario.steady(load(0, 2)).decide().variants[1].capacity, 1.0);
}

TEST(Capacity, IsEqualWhereNothingIsKnownOfOneVariant) {
  Scenario scenario = two(1, 1);
  scenario.signals.targets[0].kv_tokens = 100'000;
  EXPECT_DOUBLE_EQ(scenario.steady(load(0, 2)).decide().variants[1].capacity, 1.0);
}

TEST(Capacity, ConvertsWhatEachVariantReports) {
  Scenario scenario = two(1, 1);
  learn(scenario, 2, 6);  // 0.5 and 1.5 of the average
  scenario.steady(load(1.4F, 2), 3);
  scenario.signals.targets[0].samples.assign(3, load(0.7F, 1));
  scenario.signals.targets[1].samples.assign(3, load(0.7F, 1));
  const auto decision = scenario.decide();
  EXPECT_NEAR(decision.roles[0].terms.at(0).replicas, 2.0, 1e-6);  // (0.7 * 0.5 + 0.7 * 1.5) / 0.7
  EXPECT_THAT(desired_of(decision), ElementsAre(1, 1));
}

TEST(Capacity, FlowIsSharedOutBySpeed) {
  Scenario scenario = two(1, 0);
  learn(scenario, 2, 6);  // 0.5 and 1.5 of the average
  // 5.1 per second / .85 = 6 per second: three of the cheap ones
  const auto decision =
      scenario.steady({.kv = 0, .running = 10, .waiting = 0, .replicas = 1, .finished_rise = 76.5F}).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(3, 0));
}

TEST(ScaleTargetMissing, TheOtherVariantsCarryTheLoad) {
  Scenario scenario = two(0, 1);
  scenario.variants[0].target.reset();
  EXPECT_THAT(desired_of(scenario.steady(load(2.0F, 1)).decide()), ElementsAre(0, 3));
}

void bound(Scenario& scenario, std::size_t variant, std::int32_t most) {
  Autoscaler autoscaler;
  autoscaler.name = scenario.variants.at(variant).name + "-hpa";
  autoscaler.max_replicas = most;
  scenario.variants.at(variant).target->autoscalers.push_back(std::make_shared<const Autoscaler>(autoscaler));
}

TEST(AutoscalerBound, TheRestOfTheDemandGoesToTheNextVariant) {
  Scenario scenario = two(1, 1);
  bound(scenario, 0, 2);
  const auto decision = scenario.steady(load(3.5F, 2)).decide();  // five replicas
  EXPECT_THAT(desired_of(decision), ElementsAre(2, 3));
  EXPECT_EQ(decision.variants[0].max_replicas, 2);
  EXPECT_EQ(decision.variants[1].max_replicas, std::nullopt);
  EXPECT_TRUE(decision.variants[0].limited);
  EXPECT_FALSE(decision.variants[1].limited);
  EXPECT_EQ(decision.roles[0].missing_capacity, 0);
  EXPECT_EQ(decision.roles[0].explanation,
            "load needs 5.00 replicas, 2 are there; capped by maxReplicas (2 of "
            "HorizontalPodAutoscaler cheap-hpa)");
}

TEST(AutoscalerBound, WhereNoneHasRoomTheAnswerIsWhatFitsAndSaysSo) {
  Scenario scenario = two(1, 1);
  bound(scenario, 0, 2);
  bound(scenario, 1, 1);
  const auto decision = scenario.steady(load(3.5F, 2)).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(2, 1));
  EXPECT_NEAR(decision.roles[0].missing_capacity, 2, 1e-6);
  EXPECT_EQ(
      decision.roles[0].explanation,
      "load needs 5.00 replicas, 2 are there; capped by maxReplicas (2 of HorizontalPodAutoscaler cheap-hpa, 1 of "
      "HorizontalPodAutoscaler dear-hpa), 2.00 replicas short");
}

TEST(AutoscalerBound, AFullModelIsNotSteady) {
  Scenario scenario;
  bound(scenario, 0, 1);
  const auto decision = scenario.steady(load(3.5F, 1)).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(1));
  EXPECT_EQ(decision.roles[0].reason, Reason::saturation);
  EXPECT_EQ(
      decision.roles[0].explanation,
      "load needs 5.00 replicas, 1 are there; capped by maxReplicas (1 of HorizontalPodAutoscaler llama-hpa), 4.00 "
      "replicas short");
}

TEST(AutoscalerBound, TheSmallestOfSeveralCounts) {
  Scenario scenario;
  bound(scenario, 0, 4);
  bound(scenario, 0, 3);
  EXPECT_THAT(desired_of(scenario.steady(load(3.5F, 1)).decide()), ElementsAre(3));
}

TEST(AutoscalerBound, HoldsForACountThatIsHeld) {
  Scenario scenario = two(5, 1);
  bound(scenario, 0, 3);
  const auto decision = scenario.decide();  // no answer from Prometheus yet
  EXPECT_EQ(decision.roles[0].reason, Reason::metrics_missing);
  EXPECT_THAT(desired_of(decision), ElementsAre(3, 1));
  EXPECT_TRUE(decision.variants[0].limited);
}

TEST(OwnMaximum, TheTighterOfItAndTheAutoscalersCountsAndIsNamed) {
  for (const auto& [own, of_autoscaler, desired, named] :
       {std::tuple{2, 3, 2, "2 of VariantAutoscaling llama"},
        std::tuple{3, 2, 2, "2 of HorizontalPodAutoscaler llama-hpa"},
        std::tuple{2, 2, 2, "2 of VariantAutoscaling llama"}}) {
    Scenario scenario;
    scenario.variants[0].max_replicas = own;
    bound(scenario, 0, of_autoscaler);
    const auto decision = scenario.steady(load(3.5F, 1)).decide();
    EXPECT_THAT(desired_of(decision), ElementsAre(desired));
    EXPECT_EQ(decision.roles[0].explanation,
              std::string("load needs 5.00 replicas, 1 are there; capped by maxReplicas (") + named +
                  "), 3.00 replicas short");
  }
}

// Idle for longer than the retention period, and proven so.
Scenario idle(std::int32_t replicas, std::int32_t least) {
  Scenario scenario;
  scenario.replicas(replicas, replicas)
      .scale_to_zero_after("10m")
      .idle_for(std::chrono::hours{1})
      .steady({.kv = 0, .running = 0, .waiting = 0, .replicas = static_cast<float>(replicas)});
  scenario.variants[0].min_replicas = least;
  return scenario;
}

TEST(OwnMinimum, OfZeroAllowsZero) {
  EXPECT_THAT(desired_of(idle(1, 0).decide()), ElementsAre(0));
}

TEST(OwnMinimum, OfOneKeepsAnIdleModelFromZeroAndIsNamed) {
  const auto decision = idle(1, 1).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(1));
  EXPECT_EQ(decision.roles[0].reason, Reason::minimum_replicas);
  EXPECT_EQ(decision.roles[0].explanation,
            "no load; kept at one replica: minReplicas of VariantAutoscaling llama is 1");
}

TEST(OwnMinimum, OfMoreKeepsAsMany) {
  const auto decision = idle(2, 2).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(2));
  EXPECT_EQ(decision.roles[0].reason, Reason::minimum_replicas);
  EXPECT_EQ(decision.roles[0].explanation,
            "load needs 0.00 replicas now and 0.00 at most within the scale-down window; held up by minReplicas (2 of "
            "VariantAutoscaling llama)");
}

TEST(OwnMinimum, IsReachedFromBelow) {
  const auto decision = idle(1, 3).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(3));
  EXPECT_EQ(decision.roles[0].reason, Reason::minimum_replicas) << "the load asks for nothing";
}

TEST(OwnMinimum, BringsAModelBackFromZero) {
  const auto decision = idle(0, 2).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(2));
  EXPECT_EQ(decision.roles[0].reason, Reason::minimum_replicas);
  EXPECT_EQ(decision.roles[0].explanation, "at zero, but minReplicas of VariantAutoscaling llama is 2");
}

TEST(OwnMinimum, OfOneVariantKeepsTheModelUpNotTheOthers) {
  Scenario scenario = two(1, 1);
  scenario.scale_to_zero_after("10m")
      .idle_for(std::chrono::hours{1})
      .steady({.kv = 0, .running = 0, .waiting = 0, .replicas = 2});
  scenario.variants[1].min_replicas = 1;
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(0, 1));
}

TEST(OwnMinimum, AboveTheMaximumTheMaximumCounts) {
  Scenario scenario = idle(1, 5);
  bound(scenario, 0, 2);
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(2));
  EXPECT_EQ(scenario.decide().variants[0].min_replicas, 2);
}

TEST(OwnMinimum, AMinimumOfTheAutoscalerIsNone) {
  Scenario scenario = idle(1, 0);
  Autoscaler autoscaler;
  autoscaler.min_replicas = 1;
  autoscaler.max_replicas = 10;
  scenario.variants[0].target->autoscalers.push_back(std::make_shared<const Autoscaler>(autoscaler));
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(0));
}

}  // namespace
}  // namespace inferno::testing
