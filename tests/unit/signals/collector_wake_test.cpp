// Who waits for a model at zero: when that is asked, and how Prometheus and the gateways themselves are put together.
#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>

#include "tests/unit/signals/collector_test.hpp"

namespace inferno::testing {
namespace {

using signals::GatewayDemand;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

class CollectorWakeTest : public CollectorTest {
 protected:
  CollectorWakeTest() { options.wake_max_age = Duration{10}; }

  [[nodiscard]] std::string ask_for(const std::vector<std::string>& models) const {
    signals::Scope scope;
    scope.models = models;
    return ask("wake", scope);
  }
};

TEST_F(CollectorWakeTest, IsNotAskedWhileNoModelIsAtZero) {
  cluster.set({{.model_id = "llama"}, {.model_id = "llama", .target = "second", .replicas = 0}});
  rig().refresh();
  rig().run_until_complete();
  EXPECT_THAT(wake.queries, IsEmpty()) << "one replica of any variant is enough";
}

TEST_F(CollectorWakeTest, IsRestrictedToTheModelsAtZero) {
  cluster.set({{.model_id = "llama"},
               {.model_id = "qwen", .replicas = 0},
               {.model_id = "phi", .target = "phi-a", .replicas = 0},
               {.model_id = "phi", .target = "phi-b", .replicas = 0}});
  const std::string asks = ask_for({"phi", "qwen"});
  wake.give(asks, {{"model_name", "qwen"}, {"signal", "queue"}}, always(3));
  wake.give(asks, {{"target_model_name", "phi"}, {"model_name", "alias"}, {"signal", "arrivals"}}, always(1));
  rig().refresh();
  rig().run_until_complete();

  EXPECT_THAT(wake.queries, Not(IsEmpty()));
  EXPECT_THAT(wake.queries, Each(Field(&prometheus::RangeQuery::expression, asks)));
  EXPECT_EQ(rig().gather("prod", "qwen").wake_queue, 3);
  EXPECT_FALSE(rig().gather("prod", "qwen").wake_arrivals);
  EXPECT_EQ(rig().gather("prod", "phi").wake_queue, 0);
  EXPECT_TRUE(rig().gather("prod", "phi").wake_arrivals);
  EXPECT_EQ(llama().wake_queue, 0);
}

TEST_F(CollectorWakeTest, WithTooManyNamesForOneMatcherEveryModelIsAskedFor) {
  options.max_matcher_bytes = 10;
  cluster.set({{.model_id = "model-1", .replicas = 0}, {.model_id = "model-2", .replicas = 0}});
  rig().refresh();
  rig().run_until_complete();
  EXPECT_THAT(wake.queries, Each(Field(&prometheus::RangeQuery::expression, ask_for({}))));
}

TEST_F(CollectorWakeTest, WhatIsAskedUnderAnotherNameOfTheModelIsTheModels) {
  cluster.set({{.model_id = "llama", .replicas = 0, .served_names = {"sql", "chat"}}});
  const std::string asks = ask_for({"llama", "chat", "sql"});
  wake.give(asks, {{"model_name", "llama"}, {"signal", "queue"}}, always(3));
  wake.give(asks, {{"namespace", "prod"}, {"model_name", "sql"}, {"signal", "queue"}}, always(2));
  wake.give(asks, {{"model_name", "chat"}, {"signal", "refused"}}, always(1));
  rig().refresh();
  rig().run_until_complete();
  EXPECT_EQ(llama().wake_queue, 5);
  EXPECT_TRUE(llama().wake_refused);
  EXPECT_FALSE(llama().wake_arrivals);

  rig().collector().observe_gateways(GatewayDemand{{{"prod", "chat"}, {.queue = 6}}, {{"", "sql"}, {.queue = 1}}});
  EXPECT_EQ(llama().wake_queue, 7);
}

TEST_F(CollectorWakeTest, WhatWasKnownIsForgottenOnceNoModelIsAtZero) {
  cluster.set({{.model_id = "llama", .replicas = 0}});
  wake.give(ask_for({"llama"}), {{"model_name", "llama"}, {"signal", "queue"}}, always(3));
  rig().refresh();
  rig().run_until_complete();
  ASSERT_EQ(llama().wake_queue, 3);
  cluster.set({{.model_id = "llama", .replicas = 1}});
  rig().run_until([this] { return llama().wake_queue == 0; });
  EXPECT_EQ(llama().wake_as_of, std::nullopt);
}

TEST_F(CollectorWakeTest, AFailureLeavesWhatWasKnownWithItsTime) {
  cluster.set({{.model_id = "llama", .replicas = 0}});
  wake.give(ask_for({"llama"}), {{"model_name", "llama"}, {"signal", "queue"}}, always(3));
  rig().refresh();
  rig().run_until_complete();
  wake.down = true;
  refresh_at(noon + seconds{20});
  EXPECT_EQ(llama().wake_queue, 3);
  EXPECT_EQ(llama().wake_as_of, noon);
  refresh_at(noon + seconds{40});
  EXPECT_EQ(llama().wake_queue, 0) << "older than the wake window";
  EXPECT_EQ(llama().wake_as_of, std::nullopt);
}

TEST_F(CollectorWakeTest, IsNotBehindARefresh) {
  cluster.set({{.model_id = "llama", .replicas = 0}});
  wake.give(ask_for({"llama"}), {{"model_name", "llama"}, {"signal", "queue"}}, always(3));
  rig().refresh();
  prometheus.held = true;
  prometheus.queries.clear();
  clock.advance(seconds{5});
  bool landed = false;
  boost::asio::co_spawn(context, rig().collector().refresh_if_old(),
                        [&landed](const std::exception_ptr&) { landed = true; });
  rig().run_until([this] { return !prometheus.queries.empty(); });
  wake.give(ask_for({"llama"}), {{"model_name", "llama"}, {"signal", "arrivals"}}, always(1));
  rig().run_until([this] { return llama().wake_arrivals; });

  EXPECT_EQ(llama().wake_queue, 3);
  EXPECT_EQ(llama().as_of, noon) << "the refresh has not been answered";
  EXPECT_FALSE(landed);
  prometheus.held = false;
  rig().run_until([&landed] { return landed; });
}

TEST_F(CollectorWakeTest, OfWhatPrometheusAndTheGatewaysThemselvesSayTheLongerQueueCounts) {
  cluster.set({{.model_id = "llama", .replicas = 0}, {.namespace_name = "test", .model_id = "llama", .replicas = 0}});
  wake.give(ask_for({"llama", "llama"}), {{"model_name", "llama"}, {"signal", "queue"}}, always(3));
  rig().refresh();
  rig().run_until_complete();
  EXPECT_EQ(llama().wake_queue, 3);

  rig().collector().observe_gateways(GatewayDemand{{{"prod", "llama"}, {.queue = 5}}});
  EXPECT_EQ(llama().wake_queue, 5);
  EXPECT_EQ(rig().gather("test", "llama").wake_queue, 3) << "another namespace's is not its own";
  rig().collector().observe_gateways(GatewayDemand{{{"prod", "llama"}, {.queue = 1}}});
  EXPECT_EQ(llama().wake_queue, 3);
  rig().collector().observe_gateways(GatewayDemand{{{"", "llama"}, {.queue = 4}}});
  EXPECT_EQ(rig().gather("test", "llama").wake_queue, 4);
  rig().collector().observe_gateways(std::nullopt);
  EXPECT_EQ(llama().wake_queue, 3);
  EXPECT_FALSE(llama().wake_refused);
  rig().collector().observe_gateways(GatewayDemand{{{"prod", "llama"}, {.refused = true}}});
  EXPECT_TRUE(llama().wake_refused);
}

TEST_F(CollectorWakeTest, GatewaysAreHeardWhilePrometheusIsDown) {
  rig().refresh();
  rig().run_until_complete();
  prometheus.down = wake.down = true;
  clock.advance(std::chrono::minutes{2});
  int told = 0;
  rig().collector().on_publish([&told] { ++told; });
  rig().collector().observe_gateways(GatewayDemand{{{"prod", "llama"}, {.queue = 1}}});
  EXPECT_EQ(told, 1);
  EXPECT_EQ(llama().as_of, noon);
  EXPECT_EQ(llama().wake_queue, 1);
  EXPECT_EQ(llama().wake_as_of, noon + std::chrono::minutes{2});
}

}  // namespace
}  // namespace inferno::testing
