// When what gateways say of their queues is worth deciding anew.
#include "adapter/signals/wake_state.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace inferno::signals {
namespace {

using namespace std::chrono_literals;

class GatewayObservationTest : public ::testing::Test {
 protected:
  GatewayObservation observation{1s};
  TimePoint now{1'700'000'000s};
  ModelKey llama{"llm", "llama"};
  ModelKey qwen{"llm", "qwen"};
};

TEST_F(GatewayObservationTest, IsAsNewAsTheAnswerAndKeepsOnlyModelsThatSomebodyWants) {
  (void)observation.update(GatewayDemand{{llama, {.queue = 2}}, {qwen, {}}}, now);
  EXPECT_EQ(observation.state()->as_of, now);
  EXPECT_EQ(observation.state()->models.size(), 1U);
  EXPECT_EQ(observation.state()->demand("llm", "llama").queue, 2);
}

TEST_F(GatewayObservationTest, WithoutAnyAnswerThereIsNone) {
  (void)observation.update(GatewayDemand{{llama, {.queue = 2}}}, now);
  EXPECT_TRUE(observation.update(std::nullopt, now + 1s));
  EXPECT_EQ(observation.state(), nullptr);
}

TEST_F(GatewayObservationTest, AQueueThatBeginsIsToldOfAtOnce) {
  EXPECT_FALSE(observation.update(GatewayDemand{}, now));
  EXPECT_TRUE(observation.update(GatewayDemand{{llama, {.queue = 1}}}, now));
  EXPECT_FALSE(observation.update(GatewayDemand{{llama, {.queue = 1}}}, now + 250ms));
  EXPECT_TRUE(observation.update(GatewayDemand{{llama, {.queue = 1}}, {qwen, {.queue = 1}}}, now + 500ms));
}

TEST_F(GatewayObservationTest, ARequestThatIsRefusedIsToldOfAtOnce) {
  EXPECT_TRUE(observation.update(GatewayDemand{{llama, {.queue = 1}}}, now));
  EXPECT_TRUE(observation.update(GatewayDemand{{llama, {.queue = 1}}, {qwen, {.refused = true}}}, now + 250ms));
  EXPECT_EQ(observation.state()->demand("llm", "qwen"), (WakeDemand{.refused = true}));
}

TEST_F(GatewayObservationTest, OtherChangesWaitTheirTurnButAreNotForgotten) {
  EXPECT_TRUE(observation.update(GatewayDemand{{llama, {.queue = 1}}}, now));
  EXPECT_FALSE(observation.update(GatewayDemand{{llama, {.queue = 9}}}, now + 250ms));
  EXPECT_FALSE(observation.update(GatewayDemand{{llama, {.queue = 9}}}, now + 999ms));
  EXPECT_TRUE(observation.update(GatewayDemand{{llama, {.queue = 9}}}, now + 1s));
  EXPECT_FALSE(observation.update(GatewayDemand{}, now + 1250ms));
  EXPECT_TRUE(observation.update(GatewayDemand{}, now + 2s));
}

}  // namespace
}  // namespace inferno::signals
