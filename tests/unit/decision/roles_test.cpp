// Prefill and decode of one model: each role is sized by its own pods; they go to zero and wake together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;

constexpr GridSample quiet{.kv = 0, .running = 0, .waiting = 0, .replicas = 1, .finished_rise = 0};
constexpr GridSample full{.kv = 2.0F, .running = 30, .waiting = 0, .replicas = 1, .finished_rise = 15};  // needs 3

// One decode and one prefill target, in this order.
Scenario two_roles(std::int32_t decode, std::int32_t prefill) {
  Scenario scenario;
  scenario.with_variants(
      {make_variant("decode", 10, decode, decode), make_variant("prefill", 10, prefill, prefill, "prefill")});
  for (std::size_t i = 0; i < 2; ++i)
    scenario.steady_of(i, scenario.variants[i].target->spec_replicas > 0 ? quiet : GridSample{});
  return scenario;
}

TEST(Roles, EachIsSizedByItsOwnPods) {
  Scenario scenario = two_roles(1, 1);
  const auto decision = scenario.steady_of(1, full).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(1, 3));
  ASSERT_EQ(decision.roles.size(), 2U);
  EXPECT_EQ(decision.roles[0].role, "decode");
  EXPECT_EQ(decision.roles[0].reason, Reason::minimum_replicas);
  EXPECT_EQ(decision.roles[1].role, "prefill");
  EXPECT_EQ(decision.roles[1].reason, Reason::saturation);
  EXPECT_EQ(decision.roles[1].explanation, "load needs 2.86 replicas, 1 are there");
  EXPECT_EQ(decision.role_of(decision.variants[0]).role, "decode");
  EXPECT_EQ(decision.role_of(decision.variants[1]).role, "prefill");
}

TEST(Roles, AVariantOfAnotherRoleIsNoCheaperOne) {
  Scenario scenario;
  scenario.with_variants({make_variant("cheap-prefill", 1, 1, 1, "prefill"), make_variant("decode", 100, 1, 1)});
  EXPECT_THAT(desired_of(scenario.steady_of(0, quiet).steady_of(1, full).decide()), ElementsAre(1, 3));
}

TEST(Roles, SeveralVariantsOfOneShareItsLoad) {
  Scenario scenario;
  scenario.with_variants({make_variant("a-decode", 10, 1, 1), make_variant("b-prefill", 10, 1, 1, "prefill"),
                          make_variant("c-decode", 5, 1, 1)});
  scenario.steady_of(0, full).steady_of(1, quiet).steady_of(2, quiet);
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(1, 1, 2));
}

TEST(Roles, TheGatewayQueueIsDemandForEach) {
  Scenario scenario = two_roles(1, 1);
  for (TargetSignals& target : scenario.signals.targets) target.throughput = 1;
  for (GridSample& sample : scenario.load) sample.gateway_queue = 120;
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(2, 2));  // 120 requests / 60 s / 1 per second
}

TEST(Roles, WithoutLoadOneReplicaOfEachStays) {
  EXPECT_THAT(desired_of(two_roles(2, 2).decide()), ElementsAre(1, 1));
}

TEST(Roles, GoToZeroTogether) {
  EXPECT_THAT(desired_of(two_roles(1, 1).scale_to_zero_after("10m").idle_for(minutes{10}).decide()), ElementsAre(0, 0));
}

TEST(Roles, StayUpTogether) {
  Scenario scenario = two_roles(1, 1).scale_to_zero_after("10m").idle_for(minutes{10});
  scenario.signals.targets[1].evidence.last_use = epoch - minutes{9};
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(1, 1));
}

TEST(Roles, WakeWithOneReplicaOfEach) {
  Scenario scenario = two_roles(0, 0).scale_to_zero_after("10m");
  scenario.signals.wake_queue = 1;
  const auto decision = scenario.decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(1, 1));
  EXPECT_EQ(decision.roles[0].reason, Reason::wake_up);
  EXPECT_EQ(decision.roles[1].reason, Reason::wake_up);
}

TEST(Roles, HaveOneReplicaEachWhereScaleToZeroIsDisabled) {
  EXPECT_THAT(desired_of(two_roles(0, 0).decide()), ElementsAre(1, 1));
}

TEST(RoleAtZero, GetsAReplicaWhileAnotherHasOne) {
  Scenario scenario = two_roles(1, 0).scale_to_zero_after("10m").idle_for(minutes{9});
  const auto decision = scenario.decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(1, 1));
  EXPECT_EQ(decision.roles[1].reason, Reason::minimum_replicas);
  EXPECT_EQ(decision.roles[1].explanation, "at zero, but another role of the model has replicas");
}

TEST(RoleAtZero, IsWokenWhereTheModelIsInUse) {
  Scenario scenario = two_roles(1, 0).scale_to_zero_after("10m");
  const auto decision = scenario.steady_of(0, full).decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(3, 1));
  EXPECT_EQ(decision.roles[1].reason, Reason::wake_up);
}

TEST(RoleAtZero, StaysThereWhileTheModelIsIdle) {
  EXPECT_THAT(desired_of(two_roles(1, 0).scale_to_zero_after("10m").idle_for(minutes{10}).decide()), ElementsAre(0, 0));
}

TEST(Roles, TellARequestOnceWhereItIsDecoded) {
  Scenario scenario = two_roles(1, 1);
  scenario.signals.targets[0].evidence.request_count = 5;
  scenario.signals.targets[1].evidence.request_count = 7;
  EXPECT_EQ(scenario.decide().request_count, 5);
  scenario.variants[0].target->role = "a-role-of-its-own";
  EXPECT_EQ(scenario.decide().request_count, 5);
  scenario.variants[0].target->role = "encode";
  EXPECT_EQ(scenario.decide().request_count, 12) << "no target decodes";
}

// vLLM keeps the KV blocks of a prefilled request until a decode pod has pulled them.
TEST(Prefill, KvUsageCountsOnlyBesideRequests) {
  Scenario scenario = two_roles(1, 1);
  GridSample kept = full;
  kept.running = 0;
  EXPECT_THAT(desired_of(scenario.steady_of(1, kept).decide()), ElementsAre(1, 1));
  EXPECT_THAT(desired_of(scenario.steady_of(0, kept).decide()), ElementsAre(3, 1));
}

// A decode pod counts a request that waits for its KV blocks as waiting, and holds blocks for it already.
TEST(Decode, RequestsThatWaitForKvBlocksAreNoBacklog) {
  Scenario scenario;
  scenario.learned(1.0, 64).steady(
      {.kv = .1F, .running = 10, .waiting = 120, .deferred = 120, .replicas = 1, .finished_rise = 3});
  EXPECT_EQ(scenario.desired(), 1);
  scenario.steady({.kv = .1F, .running = 10, .waiting = 120, .deferred = 0, .replicas = 1, .finished_rise = 3});
  EXPECT_EQ(scenario.desired(), 3);  // 120 requests / 60 s and .2/s / .85
}

}  // namespace
}  // namespace inferno::testing
