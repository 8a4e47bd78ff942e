// The small pure parts: request history, calibration, schedule, clock, options.
#include <gmock/gmock.h>

#include "adapter/signals/calibration.hpp"
#include "adapter/signals/prometheus_clock.hpp"
#include "adapter/signals/refresh_schedule.hpp"
#include "adapter/signals/request_history.hpp"
#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::signals {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Duration interval = std::chrono::seconds{15};

TimePoint at_interval(int index) {
  return TimePoint{interval * index};
}

TEST(RequestHistoryTest, CountsExactlyWhatIsRecentAndKeepsFewBuckets) {
  RequestHistory history(interval);
  for (int i = 1; i <= 24 * 240; ++i) history.append(at_interval(i), {0.0F, 2.0F});
  EXPECT_EQ(history.count(1, 8 * interval), 16);
  EXPECT_EQ(history.count(0, 8 * interval), 0);
  EXPECT_EQ(history.count(7, 8 * interval), 0) << "a row that never finished anything";
  EXPECT_NEAR(history.count(1, std::chrono::hours{1}), 480, 480 / 16);
  EXPECT_LE(history.bucket_count(), 200U);
}

TEST(RequestHistoryTest, DoesNotDependOnWhenItWasBegun) {
  const Duration period = std::chrono::hours{1};
  RequestHistory old(interval);
  RequestHistory young(interval);
  const int newest = 24 * 240 + 77;
  const TimePoint begin = RequestHistory::begin_for(at_interval(newest), period, interval);
  for (int i = 1; i <= newest; ++i) {
    const std::vector<float> counts{static_cast<float>(i % 7)};
    old.append(at_interval(i), counts);
    if (at_interval(i) > begin) young.append(at_interval(i), counts);
  }
  EXPECT_EQ(old.count(0, period), young.count(0, period));
  EXPECT_EQ(old.count(0, period / 3), young.count(0, period / 3));
}

TEST(TypicalTest, IsTheMedianAndTheMeanWhereTheMedianIsZero) {
  EXPECT_EQ(typical({}), std::nullopt);
  EXPECT_EQ(typical({3, 1, 2}), 2.0);
  EXPECT_EQ(typical({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(typical({0, 0, 0, 2}), 0.5);
  EXPECT_EQ(typical({0, 0}), std::nullopt) << "a replica that was never seen to finish anything";
}

class CalibrationTest : public ::testing::Test {
 protected:
  static constexpr TimePoint now = TimePoint{interval * 1'000};

  // One observation per interval, the newest at `last`.
  void observe(Calibrated kind, Row row, TimePoint last, const std::vector<double>& values) {
    const auto count = static_cast<Duration::rep>(values.size());
    SampleBlock block({.first = last - interval * (count - 1), .last = last, .step = interval});
    for (std::size_t i = 0; i < values.size(); ++i) block.add(row, i, values[i]);
    calibration.append(kind, block);
  }
  [[nodiscard]] std::vector<float> batch(Row row) const {
    std::vector<float> values;
    calibration.observations(Calibrated::batch, row, now, values);
    return values;
  }

  Calibration calibration{interval, std::chrono::minutes{10}};
};

TEST_F(CalibrationTest, KeepsTheNewestOfEachKindAndRow) {
  std::vector<double> values(Calibration::kept + 5);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  observe(Calibrated::batch, 3, now, values);
  observe(Calibrated::throughput, 3, now, {99});
  EXPECT_EQ(batch(3), std::vector<float>(values.begin() + 5, values.end()));
  EXPECT_THAT(batch(2), IsEmpty());
}

TEST_F(CalibrationTest, WhatIsOlderThanTheWindowTellsNothing) {
  observe(Calibrated::batch, 0, now - std::chrono::minutes{10}, {1, 2});
  observe(Calibrated::batch, 1, now - std::chrono::minutes{10} + interval, {1, 2});
  EXPECT_THAT(batch(0), IsEmpty());
  EXPECT_THAT(batch(1), ElementsAre(2));
  EXPECT_TRUE(calibration.is_silent(0, now));
  EXPECT_FALSE(calibration.is_silent(1, now));
}

TEST_F(CalibrationTest, CopiesDoNotSeeWhatComesLater) {
  observe(Calibrated::batch, 0, now - interval, {1});
  const Calibration before = calibration;
  observe(Calibrated::batch, 0, now, {2});
  calibration.forget(1);
  std::vector<float> values;
  before.observations(Calibrated::batch, 0, now, values);
  EXPECT_THAT(values, ElementsAre(1));
  EXPECT_THAT(batch(0), ElementsAre(1, 2));
  calibration.forget(0);
  EXPECT_THAT(batch(0), IsEmpty());
}

TEST(RefreshScheduleTest, IsDueWhenAStepHasPassedAndSettled) {
  SignalOptions options;
  options.settle_time = Duration{500};
  const RefreshSchedule schedule(options);
  const TimePoint step{std::chrono::seconds{100}};
  EXPECT_TRUE(schedule.due(step, std::nullopt));
  EXPECT_EQ(schedule.newest_step(step + Duration{499}), step - options.step);
  EXPECT_EQ(schedule.newest_step(step + Duration{500}), step);
  EXPECT_FALSE(schedule.due(step + Duration{5'499}, step));
  EXPECT_TRUE(schedule.due(step + Duration{5'500}, step));
  EXPECT_EQ(schedule.until_due(step + Duration{500}, step), Duration{5'000});
  EXPECT_TRUE(schedule.due(step - Duration{1}, step)) << "the clock was put back";
}

TEST(PrometheusClockTest, FollowsPrometheusBeyondFiveSeconds) {
  testing::FakeClock local(TimePoint{std::chrono::seconds{1000}});
  PrometheusClock clock(local);
  EXPECT_FALSE(clock.observe(local.now() + std::chrono::seconds{5}));
  EXPECT_EQ(clock.now(), local.now());
  EXPECT_TRUE(clock.observe(local.now() - std::chrono::seconds{60}));
  EXPECT_EQ(clock.now(), local.now() - std::chrono::seconds{60});
  EXPECT_FALSE(clock.observe(local.now() - std::chrono::seconds{61})) << "the same difference, give or take";
  EXPECT_TRUE(clock.observe(local.now()));
  EXPECT_EQ(clock.now(), local.now());
}

TEST(SignalOptionsTest, NameWhatCannotWork) {
  SignalOptions options;
  EXPECT_THAT(options.problems(), IsEmpty());
  options.flow_interval = std::chrono::seconds{7};
  EXPECT_THAT(options.problems(), ElementsAre("the flow interval must be a multiple of the signal step"));
  options = {};
  EngineSeries engine = EngineSeries::vllm("vllm:");
  engine.running = {"9lives"};
  engine.finished = {};
  options.engines.use_for_all(engine);
  EXPECT_THAT(options.problems(), ElementsAre(HasSubstr("9lives"), "no series for finished requests"));
}

}  // namespace
}  // namespace inferno::signals
