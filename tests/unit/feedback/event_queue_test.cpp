// What keeps events from flooding the API server.
#include "adapter/feedback/event_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace inferno::feedback {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

VariantEvent event(const std::string& name, const std::string& note) {
  VariantEvent event;
  event.namespace_name = "llm";
  event.name = name;
  event.reason = "WokenUp";
  event.note = note;
  return event;
}

class EventQueueTest : public ::testing::Test {
 protected:
  void offer(const std::string& name, const std::string& note) { queue_.offer(event(name, note), TimePoint{}, now_); }
  std::vector<std::string> take() {
    std::vector<std::string> notes;
    for (const auto& entry : queue_.take(now_)) notes.push_back(entry.event.name + ": " + entry.event.note);
    return notes;
  }

  MonotonicTime now_{1h};
  EventQueue queue_{{.variant_burst = 2,
                     .variant_per_second = 1.0 / 60,
                     .burst = 3,
                     .per_second = 1,
                     .repeat_after = 10min,
                     .longest_wait = 5min,
                     .longest_queue = 5}};
};

TEST_F(EventQueueTest, GivesEachEventOnce) {
  offer("a", "x");
  offer("b", "x");
  EXPECT_THAT(take(), ElementsAre("a: x", "b: x"));
  EXPECT_THAT(take(), IsEmpty());
}

TEST_F(EventQueueTest, ARepetitionIsToldAfterTenMinutesAgain) {
  offer("a", "x");
  take();
  now_ += 10min - 1ms;
  offer("a", "x");
  EXPECT_THAT(take(), IsEmpty());
  now_ += 1ms;
  offer("a", "x");
  EXPECT_THAT(take(), ElementsAre("a: x"));
}

TEST_F(EventQueueTest, AVariantThatFlapsIsCutShort) {
  for (const char* note : {"1", "2", "3"}) offer("a", note);
  EXPECT_THAT(take(), ElementsAre("a: 1", "a: 2"));
  now_ += 60s;
  offer("a", "4");
  EXPECT_THAT(take(), ElementsAre("a: 4"));
}

TEST_F(EventQueueTest, ManyVariantsAtOnceAreSpreadOut) {
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) offer(name, "x");
  EXPECT_THAT(take(), ElementsAre("a: x", "b: x", "c: x"));
  EXPECT_THAT(take(), IsEmpty());
  now_ += 5s;
  EXPECT_THAT(take(), ElementsAre("d: x", "e: x")) << "the queue holds five";
}

TEST_F(EventQueueTest, WhatCouldNotBeSentIsGivenUpAfterFiveMinutes) {
  offer("a", "x");
  auto taken = queue_.take(now_);
  queue_.put_back(std::move(taken.front()));
  now_ += 5min;
  taken = queue_.take(now_);
  ASSERT_EQ(taken.size(), 1U);
  queue_.put_back(std::move(taken.front()));
  now_ += 1ms;
  EXPECT_THAT(take(), IsEmpty());
}

TEST_F(EventQueueTest, NamesAreUnique) {
  offer("a", "1");
  offer("a", "2");
  const auto taken = queue_.take(now_);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_NE(taken[0].unique, taken[1].unique);
}

}  // namespace
}  // namespace inferno::feedback
