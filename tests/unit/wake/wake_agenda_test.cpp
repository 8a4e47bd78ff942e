// When a target is woken, and when again.
#include "adapter/wake/wake_agenda.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace inferno::wake {
namespace {

using namespace std::chrono_literals;

class WakeAgendaTest : public ::testing::Test {
 protected:
  static WakeTarget target(const std::string& name) {
    return {.namespace_name = "llm",
            .api_version = "apps/v1",
            .kind = "Deployment",
            .name = name,
            .variant = name,
            .model_id = name};
  }

  WakeAgenda agenda;
  MonotonicTime now{1h};
  WakeTarget llama = target("llama");
};

TEST_F(WakeAgendaTest, WhatIsWantedIsDueAtOnceAndGivenToOne) {
  EXPECT_EQ(agenda.until_due(now), std::nullopt);
  agenda.want({llama});
  EXPECT_EQ(agenda.until_due(now), Duration::zero());
  EXPECT_EQ(agenda.take(now), llama);
  EXPECT_EQ(agenda.take(now), std::nullopt);
  EXPECT_EQ(agenda.until_due(now), std::nullopt);
  agenda.want({llama});
  EXPECT_EQ(agenda.take(now), std::nullopt) << "it is still in flight";
}

TEST_F(WakeAgendaTest, AWokenTargetIsLeftAloneUntilTheStateMustShowIt) {
  agenda.want({llama});
  (void)agenda.take(now);
  agenda.done(llama, true, now);
  agenda.want({llama});
  EXPECT_EQ(agenda.take(now + 4'999ms), std::nullopt);
  EXPECT_EQ(agenda.until_due(now + 4s), 1s);
  EXPECT_EQ(agenda.take(now + 5s), llama);
}

TEST_F(WakeAgendaTest, ATargetThatWasAwakeMeanwhileIsDueAtOnce) {
  agenda.want({llama});
  (void)agenda.take(now);
  agenda.done(llama, true, now);
  agenda.want({});
  agenda.want({llama});
  EXPECT_EQ(agenda.take(now + 1ms), llama);
}

TEST_F(WakeAgendaTest, AFailureIsRepeatedLessAndLessOften) {
  agenda.want({llama});
  for (const Duration pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    ASSERT_EQ(agenda.take(now), llama);
    agenda.done(llama, false, now);
    EXPECT_EQ(agenda.until_due(now), pause);
    now += pause;
  }
}

TEST_F(WakeAgendaTest, OneThatIsNoLongerWantedIsNotRepeated) {
  agenda.want({llama});
  (void)agenda.take(now);
  agenda.want({});
  agenda.done(llama, false, now);
  EXPECT_EQ(agenda.until_due(now), std::nullopt);
}

TEST_F(WakeAgendaTest, OneThatFailsHoldsUpNoOther) {
  agenda.want({llama, target("qwen")});
  ASSERT_EQ(agenda.take(now), llama);
  agenda.done(llama, false, now);
  EXPECT_EQ(agenda.take(now), target("qwen"));
}

}  // namespace
}  // namespace inferno::wake
