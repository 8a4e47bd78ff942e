// What gateways say of a model, as a real Prometheus tells it.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

class GatewayTest : public SignalsTest {
 protected:
  const std::string queue = "inference_extension_flow_control_queue_size";
};

TEST_F(GatewayTest, IsScopedToItsNamespaceWhereItHasOne) {
  variants = {{.model_id = "m", .replicas = 0}, {.namespace_name = "test", .model_id = "m", .replicas = 0}};
  history.add(queue + R"({model_name="alias",target_model_name="m"})", ago(10), noon, constant(4));
  history.add(queue + R"({namespace="prod",model_name="m"})", ago(10), noon, constant(2));
  start();

  const ModelSignals prod = gather("m", "prod");
  EXPECT_EQ(prod.gateway.back().gateway_queue, 6.0F);
  EXPECT_EQ(prod.wake_queue, 6);
  EXPECT_EQ(prod.gateway_last_use, noon);
  EXPECT_EQ(prod.targets[0].evidence.last_use, std::nullopt) << "what gateways say is the model's";
  const ModelSignals test = gather("m", "test");
  EXPECT_EQ(test.gateway.back().gateway_queue, 4.0F);
  EXPECT_EQ(test.wake_queue, 4);
  EXPECT_EQ(test.gateway_last_use, noon);
}

TEST_F(GatewayTest, TheQueuesOfItsFlowsAddUpAndAreCountedOnceHoweverOftenTheyAreScraped) {
  for (const char* job : {"gateway", "gateway-again"}) {
    const std::string labels = std::string(R"({model_name="m",pod="epp-7c9f8d6b5-x2x4z",job=")") + job + '"';
    history.add(queue + labels + R"(,priority="0",fairness_id="a"})", ago(10), noon, constant(4));
    history.add(queue + labels + R"(,priority="0",fairness_id="b"})", ago(10), noon, constant(2));
    history.add(queue + labels + R"(,priority="1",fairness_id="a"})", ago(10), noon, constant(1));
  }
  variants = {{.model_id = "m", .replicas = 0}};
  start();
  EXPECT_EQ(gather().gateway.back().gateway_queue, 7.0F);
  EXPECT_EQ(gather().wake_queue, 7);
}

TEST_F(GatewayTest, ArrivalsWakeAndAreUse) {
  variants.clear();
  for (const char* model : {"rises", "appears", "rests", "first-scrape"})
    variants.push_back({.model_id = model, .replicas = 0});
  const std::string labels = R"(job="gateway",instance="gateway:9090")";
  history.add("up{" + labels + "}", ago(30), noon, constant(1));
  const std::string total = "inference_objective_request_total{" + labels;
  history.add(total + R"(,model_name="rises"})", ago(30), noon, step_at(ago(0.25), 7, 8));
  history.add(total + R"(,model_name="appears"})", ago(0.5), noon, constant(1));
  history.add(total + R"(,model_name="rests"})", ago(30), noon, constant(7));
  history.add(R"(inference_objective_request_total{job="new",instance="new:9090",model_name="first-scrape"})", ago(0.5),
              noon, constant(1000));
  start();

  EXPECT_TRUE(gather("rises").wake_arrivals);
  EXPECT_EQ(gather("rises").gateway.back().gateway_arrivals, 1.0F);
  EXPECT_THAT(gather("rises").gateway_last_use, ::testing::Optional(noon));
  EXPECT_TRUE(gather("appears").wake_arrivals) << "the first request of all";
  EXPECT_THAT(gather("appears").gateway_last_use, ::testing::Optional(ago(0.25)));
  EXPECT_FALSE(gather("rests").wake_arrivals);
  EXPECT_EQ(gather("rests").gateway_last_use, std::nullopt);
  EXPECT_FALSE(gather("first-scrape").wake_arrivals) << "an old count that Prometheus sees for the first time";
  EXPECT_EQ(gather("first-scrape").gateway_last_use, std::nullopt);
}

TEST_F(GatewayTest, AQueueOfThePastIsUseAtItsEnd) {
  history.add(queue + R"({model_name="m"})", ago(60), noon, step_at(ago(20), 3, 0));
  start();
  EXPECT_THAT(gather().gateway_last_use, ::testing::Optional(ago(20)));
}

}  // namespace
}  // namespace inferno::testing
