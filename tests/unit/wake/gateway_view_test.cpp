// Several gateways, one of which may fail.
#include "adapter/wake/gateway_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace inferno::wake {
namespace {

using signals::GatewayQueues;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class GatewayViewTest : public ::testing::Test {
 protected:
  GatewayView view{2s};
  MonotonicTime now{1h};
  GatewayEndpoint first{.url = "http://first:9090", .namespace_name = {}};
  GatewayEndpoint second{.url = "http://user:secret@second:9090/metrics", .namespace_name = {}};
  GatewayQueues llama{{{"llm", "llama"}, 3}};
};

TEST_F(GatewayViewTest, NothingIsKnownBeforeTheFirstAnswer) {
  EXPECT_EQ(view.queues(), std::nullopt);
}

TEST_F(GatewayViewTest, EachCountsWithTheNewestItSaid) {
  view.answered(first, llama, now);
  view.answered(second, {{{"llm", "llama"}, 1}, {{"", "qwen"}, 2}}, now);
  EXPECT_EQ(view.queues(), (GatewayQueues{{{"", "qwen"}, 2}, {{"llm", "llama"}, 4}}));
  view.answered(first, {}, now);
  EXPECT_EQ(view.queues(), (GatewayQueues{{{"", "qwen"}, 2}, {{"llm", "llama"}, 1}}));
}

TEST_F(GatewayViewTest, OneThatFailsCountsForTwoMoreSeconds) {
  view.answered(first, llama, now);
  EXPECT_FALSE(view.failed(first, "cannot connect", now + 1'999ms));
  EXPECT_EQ(view.queues(), llama);
  EXPECT_THAT(view.problems(), IsEmpty());
  EXPECT_TRUE(view.failed(first, "cannot connect", now + 2s));
  EXPECT_EQ(view.queues(), std::nullopt);
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
  view.answered(first, llama, now + 3s);
  EXPECT_EQ(view.queues(), llama);
  EXPECT_THAT(view.problems(), IsEmpty());
}

TEST_F(GatewayViewTest, OneThatIsNoLongerAskedIsForgotten) {
  view.answered(first, llama, now);
  view.answered(second, llama, now);
  view.keep_only({second});
  EXPECT_EQ(view.queues(), llama);
}

}  // namespace
}  // namespace inferno::wake
