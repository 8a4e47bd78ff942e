#include "adapter/signals/sample_window.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace inferno::signals {
namespace {

constexpr Duration step = std::chrono::seconds{5};
constexpr TimePoint start{std::chrono::seconds{1'000}};

SampleBlock one_value(TimePoint time, Row row, double value) {
  SampleBlock block({.first = time, .last = time, .step = step});
  block.add(row, 0, value);
  return block;
}

TEST(SampleWindowTest, PutsTheAnswersOfAStepSideBySide) {
  SampleWindow window(step, 2 * step);
  window.advance(start);
  window.merge(one_value(start, 1, 7), &GridSample::running);
  window.merge(one_value(start, 3, 2), &GridSample::gateway_queue);

  const auto& frame = window.frames().back();
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->of_workload(1).running, 7);
  EXPECT_TRUE(std::isnan(frame->of_gateway(1).gateway_queue)) << "left out of that answer";
  EXPECT_EQ(frame->of_gateway(3).gateway_queue, 2) << "a row that only the gateway tells of";
  EXPECT_TRUE(std::isnan(frame->of_workload(3).running));
  EXPECT_TRUE(std::isnan(frame->of_workload(9).running)) << "a row beyond the end";
}

TEST(SampleWindowTest, LeavesWhatIsThereWhereALaterAnswerHasNoData) {
  SampleWindow window(step, 2 * step);
  window.advance(start);
  window.merge(one_value(start, 0, 7), &GridSample::running);
  window.merge(one_value(start, 1, 8), &GridSample::running);
  EXPECT_EQ(window.frames().back()->of_workload(0).running, 7);
  EXPECT_EQ(window.frames().back()->of_workload(1).running, 8);
}

TEST(SampleWindowTest, NeverChangesAFrameThatWasGivenAway) {
  SampleWindow window(step, 2 * step);
  window.advance(start);
  window.merge(one_value(start, 0, 7), &GridSample::running);
  const FrameList given_away = window.frames();
  window.merge(one_value(start, 0, 8), &GridSample::running);
  EXPECT_EQ(given_away.back()->of_workload(0).running, 7);
  EXPECT_EQ(window.frames().back()->of_workload(0).running, 8);
}

TEST(SampleWindowTest, ARowIsEmptyOnceItsLastValueHasFallenOut) {
  SampleWindow window(step, 2 * step);
  window.advance(start);
  window.merge(one_value(start, 0, 0), &GridSample::waiting);
  EXPECT_FALSE(window.empty(0)) << "zero is data";
  EXPECT_TRUE(window.empty(1));
  window.advance(start + 2 * step);
  EXPECT_FALSE(window.empty(0));
  window.advance(start + 3 * step);
  EXPECT_TRUE(window.empty(0));
}

}  // namespace
}  // namespace inferno::signals
