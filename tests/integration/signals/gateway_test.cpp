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

TEST_F(GatewayTest, ARouterThatHasTheNewNameCountsUnderThatAlone) {
  const std::string flow = R"(,fairness_id="a",priority="0",model_name="m",target_model_name="m"})";
  const std::string newer = R"({pod="new",instance="new:9090",inference_pool="p")" + flow;
  history.add("llm_d_epp_flow_control_queue_size" + newer, ago(10), noon, constant(3));
  history.add(queue + R"({pod="new",instance="new:9090")" + flow, ago(10), noon, constant(3));
  history.add(queue + R"({pod="old",instance="old:9090")" + flow, ago(10), noon, constant(2));
  variants = {{.model_id = "m", .replicas = 0}};
  start();
  EXPECT_EQ(gather().gateway.back().gateway_queue, 5.0F);
  EXPECT_EQ(gather().wake_queue, 5);
  EXPECT_EQ(gather().gateway_last_use, noon);
}

TEST_F(GatewayTest, CountersCountUnderAnyOfTheirNames) {
  variants.clear();
  const auto series = [](const std::string& name, const std::string& model, const std::string& more = {}) {
    return name + R"({job="gateway",instance="gateway:9090",model_name=")" + model + '"' + more + '}';
  };
  const std::string lack = R"(,error_code="ServiceUnavailable")";
  for (const std::string family : {"llm_d_epp_request", "inference_objective_request", "inference_model_request"}) {
    variants.push_back({.model_id = family, .replicas = 0});
    history.add(series(family + "_total", family), ago(30), noon, step_at(ago(0.25), 7, 8));
    history.add(series(family + "_error_total", family, lack), ago(30), noon, step_at(ago(0.25), 2, 3));
  }
  // The newest router has the old names, too.
  history.add(series("inference_objective_request_total", "llm_d_epp_request"), ago(30), noon,
              step_at(ago(0.25), 7, 8));
  start();
  for (const VariantSpec& variant : variants) {
    EXPECT_TRUE(gather(variant.model_id).wake_arrivals) << variant.model_id;
    EXPECT_TRUE(gather(variant.model_id).wake_refused) << variant.model_id;
    EXPECT_EQ(gather(variant.model_id).gateway.back().gateway_arrivals, 1.0F) << variant.model_id;
    EXPECT_EQ(gather(variant.model_id).gateway_last_use, noon) << variant.model_id;
  }
}

TEST_F(GatewayTest, RequestsThatWereRefusedForLackOfReplicasWakeAndAreNoUse) {
  variants.clear();
  for (const char* model : {"rises", "appears", "began-anew", "rests", "first-scrape", "other-error"})
    variants.push_back({.model_id = model, .replicas = 0});
  const std::string gateway = R"(job="gateway",instance="gateway:9090",)";
  history.add(R"(up{job="gateway",instance="gateway:9090"})", ago(30), noon, constant(1));
  const auto refused = [](const std::string& labels, const std::string& model, const std::string& code) {
    return "llm_d_epp_request_error_total{" + labels + R"(model_name=")" + model + R"(",error_code=")" + code + "\"}";
  };
  const std::string lack = "ServiceUnavailable";
  history.add(refused(gateway, "rises", lack), ago(30), noon, step_at(ago(0.25), 7, 8));
  history.add(refused(gateway, "appears", lack), ago(0.5), noon, constant(1));
  history.add(refused(gateway, "began-anew", lack), ago(30), noon, step_at(ago(0.25), 7, 1));
  history.add(refused(gateway, "rests", lack), ago(30), noon, constant(7));
  history.add(refused(R"(job="new",instance="new:9090",)", "first-scrape", lack), ago(0.5), noon, constant(1000));
  history.add(refused(gateway, "other-error", "BadRequest"), ago(30), noon, step_at(ago(0.25), 7, 8));
  start();

  EXPECT_TRUE(gather("rises").wake_refused);
  EXPECT_EQ(gather("rises").gateway_last_use, std::nullopt);
  EXPECT_FALSE(gather("rises").wake_arrivals);
  EXPECT_TRUE(gather("appears").wake_refused) << "the first of all";
  EXPECT_TRUE(gather("began-anew").wake_refused) << "since the gateway was restarted";
  for (const char* model : {"rests", "first-scrape", "other-error"}) EXPECT_FALSE(gather(model).wake_refused) << model;
}

TEST_F(GatewayTest, WhatIsAskedUnderAnotherNameOfTheModelIsTheModels) {
  variants = {{.model_id = "m", .replicas = 0, .served_names = {"sql"}}, {.namespace_name = "test", .model_id = "m"}};
  const std::string labels = R"({namespace="prod",job="gateway",instance="gateway:9090",model_name=)";
  history.add(queue + labels + R"("m"})", ago(10), noon, constant(1));
  history.add(queue + labels + R"("sql",target_model_name="sql"})", ago(10), noon, constant(2));
  history.add("llm_d_epp_request_error_total" + labels + R"("sql",error_code="ServiceUnavailable"})", ago(10), noon,
              step_at(ago(0.25), 2, 3));
  start();
  EXPECT_EQ(gather().gateway.back().gateway_queue, 3.0F);
  EXPECT_EQ(gather().wake_queue, 3);
  EXPECT_TRUE(gather().wake_refused);
  EXPECT_EQ(gather("m", "test").gateway_last_use, std::nullopt);
}

// As the router of production-stack has them.
TEST_F(GatewayTest, OtherRoutersNameTheModelInAnotherLabel) {
  options.names.gateway.arrivals = {"vllm:num_incoming_requests_total"};
  options.names.gateway.model_label = "model";
  variants = {{.model_id = "m", .replicas = 0}};
  history.add(R"(vllm:num_incoming_requests_total{job="router",instance="router:80",model="m"})", ago(30), noon,
              step_at(ago(0.25), 7, 8));
  start();
  EXPECT_TRUE(gather().wake_arrivals);
  EXPECT_EQ(gather().gateway.back().gateway_arrivals, 1.0F);
  EXPECT_EQ(gather().gateway_last_use, noon);
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
