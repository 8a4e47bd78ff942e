// Several gateways, one of which may fail.
#include "adapter/wake/gateway_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace inferno::wake {
namespace {

using signals::GatewayDemand;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class GatewayViewTest : public ::testing::Test {
 protected:
  GatewayView view{2s, 30s};
  MonotonicTime now{1h};
  GatewayEndpoint first{.url = "http://first:9090", .namespace_name = {}};
  GatewayEndpoint second{.url = "http://user:secret@second:9090/metrics", .namespace_name = {}};
  ModelKey llama{"llm", "llama"};
  ModelKey qwen{"", "qwen"};
  GatewayPage three{.queued = {{llama, 3}}, .refused = {}};
  GatewayDemand three_wait{{llama, {.queue = 3}}};

  // One that has refused so many requests for llama since it was started.
  static GatewayPage refused(double count) { return {.queued = {}, .refused = {{{"llm", "llama"}, count}}}; }
};

TEST_F(GatewayViewTest, NothingIsKnownBeforeTheFirstAnswer) {
  EXPECT_EQ(view.demand(), std::nullopt);
}

TEST_F(GatewayViewTest, EachCountsWithTheNewestItSaid) {
  view.answered(first, three, now);
  view.answered(second, {.queued = {{llama, 1}, {qwen, 2}}, .refused = {}}, now);
  EXPECT_EQ(view.demand(), (GatewayDemand{{qwen, {.queue = 2}}, {llama, {.queue = 4}}}));
  view.answered(first, {}, now);
  EXPECT_EQ(view.demand(), (GatewayDemand{{qwen, {.queue = 2}}, {llama, {.queue = 1}}}));
}

TEST_F(GatewayViewTest, WhatWasRefusedBetweenTwoAnswersCountsForAWhile) {
  const GatewayDemand is_refused{{llama, {.refused = true}}};
  view.answered(first, refused(7), now);
  EXPECT_EQ(view.demand(), GatewayDemand{}) << "it is not known when that was";
  view.answered(first, refused(8), now + 1s);
  EXPECT_EQ(view.demand(), is_refused);
  view.answered(first, refused(8), now + 30s);
  EXPECT_EQ(view.demand(), is_refused);
  view.answered(first, refused(8), now + 31s);
  EXPECT_EQ(view.demand(), GatewayDemand{});
  view.answered(first, refused(2), now + 40s);
  EXPECT_EQ(view.demand(), is_refused) << "the gateway was restarted, and has refused two since then";
  view.answered(first, {}, now + 41s);
  EXPECT_EQ(view.demand(), GatewayDemand{}) << "it was restarted once more";
  view.answered(first, refused(1), now + 42s);
  EXPECT_EQ(view.demand(), is_refused) << "a counter exists only from its first request on";
}

TEST_F(GatewayViewTest, AGatewayThatHadDroppedOutSaysNothingOfWhenItRefused) {
  view.answered(first, refused(7), now);
  ASSERT_TRUE(view.failed(first, "cannot connect", now + 2s));
  view.answered(first, refused(8), now + 3s);
  EXPECT_EQ(view.demand(), GatewayDemand{});
}

TEST_F(GatewayViewTest, OneThatFailsCountsForTwoMoreSeconds) {
  view.answered(first, three, now);
  EXPECT_FALSE(view.failed(first, "cannot connect", now + 1'999ms));
  EXPECT_EQ(view.demand(), three_wait);
  EXPECT_THAT(view.problems(), IsEmpty());
  EXPECT_TRUE(view.failed(first, "cannot connect", now + 2s));
  EXPECT_EQ(view.demand(), std::nullopt);
  EXPECT_THAT(view.problems(),
              ElementsAre("gateway http://first:9090/metrics: cannot connect; until it answers, its queue is known by "
                          "Prometheus only"));
  EXPECT_FALSE(view.failed(first, "cannot connect", now + 3s)) << "it has dropped out already";
}

TEST_F(GatewayViewTest, OneThatNeverAnsweredIsAProblemToo) {
  EXPECT_FALSE(view.failed(second, "HTTP status 500", now));
  EXPECT_THAT(view.problems(), IsEmpty());
  EXPECT_FALSE(view.failed(second, "HTTP status 500", now + 2s));
  EXPECT_THAT(
      view.problems(),
      ElementsAre("gateway http://second:9090/metrics: HTTP status 500; until it answers, its queue is known by "
                  "Prometheus only"));
}

TEST_F(GatewayViewTest, OneThatAnswersAgainCountsAgain) {
  EXPECT_FALSE(view.failed(first, "cannot connect", now));
  EXPECT_FALSE(view.failed(first, "cannot connect", now + 2s));
  view.answered(first, three, now + 3s);
  EXPECT_EQ(view.demand(), three_wait);
  EXPECT_THAT(view.problems(), IsEmpty());
}

TEST_F(GatewayViewTest, OneThatIsNoLongerAskedIsForgotten) {
  view.answered(first, three, now);
  view.answered(second, three, now);
  view.keep_only({second});
  EXPECT_EQ(view.demand(), three_wait);
}

}  // namespace
}  // namespace inferno::wake
