// Arrivals by flow balance, and when a rise is extrapolated.
#include "adapter/decision/arrival_rate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsNan;

std::optional<ArrivalRate> rate_of(const std::vector<float>& arrivals, Duration horizon = seconds{42}) {
  return arrival_rate(arrivals, arrivals.size() - 1, 1, seconds{15}, horizon);
}

std::vector<float> arrivals_of(const Scenario& scenario) {
  return arrivals_per_second(scenario.load, scenario.signals.step, scenario.signals.flow_interval);
}

TEST(Arrivals, AreWhatFinishedPlusWhatIsHeldMoreThanBefore) {
  Scenario scenario;
  scenario.history(
      {{.running = 10, .waiting = 0, .gateway_queue = 0},
       {.running = 20, .waiting = 5, .finished_rise = 30, .gateway_queue = 10}});  // 30 + 35 - 10 = 55 in 15 s
  EXPECT_THAT(arrivals_of(scenario), ElementsAre(IsNan(), 55.0F / 15));
}

TEST(Arrivals, AreNeverNegative) {
  Scenario scenario;
  scenario.history({{.running = 50, .waiting = 0}, {.running = 0, .waiting = 0, .finished_rise = 10}});
  EXPECT_THAT(arrivals_of(scenario), ElementsAre(IsNan(), 0.0F));
}

TEST(Arrivals, AreUnknownAcrossAHole) {
  Scenario scenario;
  scenario.history({{.running = 1}, {}, {.running = 9, .finished_rise = 15}, {.running = 9, .finished_rise = 15}});
  EXPECT_THAT(arrivals_of(scenario), ElementsAre(IsNan(), IsNan(), IsNan(), 1.0F));
}

TEST(Arrivals, OnAFinerGridAreStillTakenOverTheFlowInterval) {
  Scenario scenario;
  scenario.signals.step = seconds{5};
  scenario.history({{.running = 0}, {.running = 0}, {.running = 0}, {.running = 3, .finished_rise = 12}});
  EXPECT_THAT(arrivals_of(scenario), ElementsAre(IsNan(), IsNan(), IsNan(), 1.0F));
}

TEST(Rate, IsTheMeanOfTheLastThreeIntervals) {
  const auto rate = rate_of({90, 1, 2, 6});
  ASSERT_TRUE(rate);
  EXPECT_DOUBLE_EQ(rate->now, 3.0);
  EXPECT_DOUBLE_EQ(rate->projected, 3.0);
}

TEST(Rate, IsUnknownWithoutARecentInterval) {
  EXPECT_FALSE(rate_of({5, no_data, no_data, no_data}));
}

TEST(Rate, ASteadyRiseIsExtrapolatedOverTheHorizon) {
  // 1/15 per second per second: the line's value now (8) plus 42 s of growth (2.8)
  const auto rate = rate_of({0, 1, 2, 3, 4, 5, 6, 7, 8});
  ASSERT_TRUE(rate);
  EXPECT_DOUBLE_EQ(rate->now, 7.0);
  EXPECT_NEAR(rate->projected, 8 + 42.0 / 15, 1e-9);
}

TEST(Rate, IsAtMostDoubledByTheRise) {
  const auto rate = rate_of({0, 1, 2, 3, 4, 5, 6, 7, 8}, std::chrono::minutes{10});
  ASSERT_TRUE(rate);
  EXPECT_NEAR(rate->projected, 8 + 7, 1e-9);
}

TEST(Rate, AStepIsNotARise) {
  const auto rate = rate_of({0, 0, 0, 0, 0, 0, 8, 8, 8});
  ASSERT_TRUE(rate);
  EXPECT_DOUBLE_EQ(rate->projected, rate->now);
}

TEST(Rate, NoiseIsNotARise) {
  const auto rate = rate_of({5, 3, 6, 4, 5, 3, 6, 4, 6});
  ASSERT_TRUE(rate);
  EXPECT_DOUBLE_EQ(rate->projected, rate->now);
}

TEST(Rate, LooksNoFurtherBackThanTheTrendWindow) {
  // Before the last two minutes the rate was high; the rise since then is what counts.
  const auto rate = rate_of({100, 100, 0, 1, 2, 3, 4, 5, 6, 7, 8});
  ASSERT_TRUE(rate);
  EXPECT_NEAR(rate->projected, 8 + 42.0 / 15, 1e-9);
}

}  // namespace
}  // namespace inferno::testing
