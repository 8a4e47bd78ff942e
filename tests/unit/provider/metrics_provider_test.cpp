// What the API server is told: values, timestamps, selection, and every kind of error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/provider/world.hpp"

namespace inferno::testing {
namespace {

using server::ErrorReason;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

constexpr GridSample needs_three{.kv = 2.0F, .running = 30, .waiting = 0, .replicas = 2, .finished_rise = 15};

server::CustomMetricRequest asking(std::string_view name, std::string_view metric = "inferno_desired_replicas") {
  return {
      .namespace_name = "llm", .group = "llmd.ai", .resource = "variantautoscalings", .name = name, .metric = metric};
}

server::LabelSelector selector(std::string_view text) {
  return server::LabelSelector::parse(text, "labelSelector").value();
}

TEST(CustomMetric, DescribesTheObjectAndTheNewestSample) {
  World world;
  world.publish({World::variant("llama", 2)});
  world.load("llama", needs_three);
  const auto value = world.run(world.provider.custom_metric(asking("llama"), {}));
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->value, 3);
  EXPECT_EQ(value->metric, "inferno_desired_replicas");
  EXPECT_EQ(value->timestamp, start);
  EXPECT_EQ(value->window_seconds, 15);
  EXPECT_EQ(value->described_object.kind, "VariantAutoscaling");
  EXPECT_EQ(value->described_object.api_version, "llmd.ai/v1alpha1");
  EXPECT_EQ(value->described_object.namespace_name, "llm");
  EXPECT_EQ(value->described_object.name, "llama");
}

TEST(CustomMetric, ServesCurrentReplicasAndTheRatioToo) {
  World world;
  world.publish({World::variant("llama", 2)});
  world.load("llama", needs_three);
  EXPECT_EQ(world.run(world.provider.custom_metric(asking("llama", "inferno_current_replicas"), {}))->value, 2);
  EXPECT_EQ(world.run(world.provider.custom_metric(asking("llama", "inferno_desired_ratio"), {}))->value, 1.5);
}

TEST(CustomMetric, OfAnUnknownVariantIsNotFound) {
  World world;
  world.publish({World::variant("llama", 1)});
  const auto answer = world.run(world.provider.custom_metric(asking("lama"), {}));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().reason, ErrorReason::not_found);
  EXPECT_EQ(answer.error().message, "variantautoscalings.llmd.ai \"lama\" not found in namespace \"llm\"");
}

TEST(CustomMetric, OfAnUnknownNameSaysWhatIsServed) {
  World world;
  world.publish({World::variant("llama", 1)});
  const auto answer = world.run(world.provider.custom_metric(asking("llama", "inferno_replicas"), {}));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().reason, ErrorReason::not_found);
  EXPECT_THAT(answer.error().message, AllOf(HasSubstr("inferno_replicas"), HasSubstr("inferno_desired_replicas")));
}

TEST(CustomMetric, WithoutAScaleTargetNamesVariantAndTarget) {
  World world;
  Variant variant = World::variant("llama", 1);
  variant.target.reset();
  world.publish({variant});
  const auto answer = world.run(world.provider.custom_metric(asking("llama"), {}));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().reason, ErrorReason::not_found);
  EXPECT_THAT(answer.error().message, AllOf(HasSubstr("Deployment \"llama-decode\""), HasSubstr("\"llama\"")));
}

TEST(CustomMetric, OfAnInvalidVariantNamesTheFieldAndLeavesOthersAlone) {
  World world;
  Variant invalid = World::variant("bad", 1);
  invalid.invalid = Variant::InvalidField{.field = "spec.modelID", .message = "must not be empty"};
  world.publish({invalid, World::variant("good", 1)});
  const auto answer = world.run(world.provider.custom_metric(asking("bad"), {}));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().reason, ErrorReason::invalid);
  EXPECT_THAT(answer.error().causes,
              ElementsAre(std::pair<std::string, std::string>("spec.modelID", "must not be empty")));
  EXPECT_TRUE(world.run(world.provider.custom_metric(asking("good"), {})).has_value());
}

TEST(CustomMetric, HonoursTheMetricLabelSelector) {
  World world;
  world.publish({World::variant("llama", 1)});
  EXPECT_TRUE(world.run(world.provider.custom_metric(asking("llama"), selector("accelerator=H100"))).has_value());
  const auto answer = world.run(world.provider.custom_metric(asking("llama"), selector("accelerator=A100")));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().reason, ErrorReason::not_found);
}

TEST(SelectCustomMetric, ReturnsTheMatchingVariantsOfTheNamespaceThatHaveAValue) {
  World world;
  Variant elsewhere = World::variant("a", 1);
  elsewhere.namespace_name = "other";
  Variant without_target = World::variant("d", 1);
  without_target.target.reset();
  world.publish({World::variant("a", 1), World::variant("b", 1), World::variant("c", 1), without_target, elsewhere});
  const auto values = world.run(world.provider.select_custom_metric(asking(""), selector("app in (b, c, d)"), {}));
  ASSERT_TRUE(values.has_value());
  ASSERT_EQ(values->size(), 2U);
  EXPECT_EQ((*values)[0].described_object.name, "b");
  EXPECT_EQ((*values)[1].described_object.name, "c");
}

TEST(ExternalMetric, SelectsByVariantNameUnderBothNames) {
  World world;
  world.publish({World::variant("a", 1), World::variant("b", 1)});
  for (const char* by : {"variantautoscaling_name=b", "variant_name=b"}) {
    const auto values = world.run(world.provider.external_metric("llm", "inferno_desired_replicas", selector(by)));
    ASSERT_TRUE(values.has_value());
    ASSERT_EQ(values->size(), 1U);
    EXPECT_THAT((*values)[0].labels,
                ::testing::Contains(std::pair<std::string, std::string>("variantautoscaling_name", "b")));
  }
}

class Alias : public ::testing::Test {
 protected:
  Alias() {
    world_.publish({World::variant("a", 1), World::variant("b", 2)});
    world_.load("b", needs_three);
  }

  static ProviderOptions with_alias() {
    ProviderOptions options;
    options.metric_aliases = {"wva_desired_replicas"};
    return options;
  }

  World world_{with_alias()};
};

TEST_F(Alias, IsListedBesideTheOwnNames) {
  EXPECT_THAT(world_.provider.external_metrics(), ElementsAre("inferno_desired_replicas", "inferno_current_replicas",
                                                              "inferno_desired_ratio", "wva_desired_replicas"));
  const auto custom = world_.provider.custom_metrics();
  ASSERT_EQ(custom.size(), 4U);
  EXPECT_EQ(custom.back().resource + '.' + custom.back().group + '/' + custom.back().metric,
            "variantautoscalings.llmd.ai/wva_desired_replicas");
}

TEST_F(Alias, IsAnsweredWithTheDesiredCountUnderTheNameThatWasAskedFor) {
  const auto one = world_.run(world_.provider.custom_metric(asking("b", "wva_desired_replicas"), {}));
  EXPECT_EQ(one->metric, "wva_desired_replicas");
  EXPECT_EQ(one->value, 3);
  const auto all = world_.run(
      world_.provider.select_custom_metric(asking("", "wva_desired_replicas"), {}, selector("variant_name")));
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->front().metric, "wva_desired_replicas");
  const auto external = world_.run(world_.provider.external_metric("llm", "wva_desired_replicas", {}));
  ASSERT_EQ(external->size(), 2U);
  EXPECT_EQ(external->front().metric, "wva_desired_replicas");
}

TEST_F(Alias, IsSelectedByTheLabelsOfTheOtherControllerWhichTheOwnNamesDoNotHave) {
  const auto by = selector("variant_name=b,exported_namespace=llm,namespace=llm,accelerator_type=H100");
  EXPECT_EQ(world_.run(world_.provider.external_metric("llm", "wva_desired_replicas", by))->size(), 1U);
  EXPECT_EQ(world_.run(world_.provider.external_metric("llm", "inferno_desired_replicas", by))->size(), 0U);
  EXPECT_TRUE(world_.run(world_.provider.custom_metric(asking("b", "wva_desired_replicas"), by)).has_value());
}

TEST(Freshness, WaitsForPrometheusOnlyWhereThatGainsSomething) {
  World world;
  world.publish({World::variant("llama", 2)});
  (void)world.run(world.provider.custom_metric(asking("llama"), {}));
  EXPECT_EQ(world.signals.refreshes, 0);
  world.signals.old = true;
  world.signals.on_refresh = [&] { world.load("llama", needs_three); };
  EXPECT_EQ(world.run(world.provider.custom_metric(asking("llama"), {}))->value, 3);
  EXPECT_EQ(world.signals.refreshes, 1);
}

TEST(Freshness, TheLastGoodDecisionIsServedUntilTheLimitThenUnavailableWithTheCause) {
  World world;
  world.publish({World::variant("llama", 2)});
  world.signals.failure = "connection refused";
  world.clock.time = start + std::chrono::minutes{5};
  EXPECT_TRUE(world.run(world.provider.custom_metric(asking("llama"), {})).has_value());
  world.clock.time += std::chrono::milliseconds{1};
  const auto answer = world.run(world.provider.custom_metric(asking("llama"), {}));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().reason, ErrorReason::service_unavailable);
  EXPECT_EQ(answer.error().message, "the newest signals are 300 s old: connection refused");
  EXPECT_EQ(answer.error().retry_after_seconds, 5);
}

TEST(Freshness, IsToldByPrometheusClockWhereThatDiffersFromThisMachines) {
  World world;
  for (const auto behind : {std::chrono::minutes{10}, std::chrono::minutes{-10}}) {
    world.signals.correction = -behind;
    world.clock.time = start + behind;
    world.publish({World::variant("llama", 2)});
    EXPECT_TRUE(world.run(world.provider.custom_metric(asking("llama"), {})).has_value());
    world.clock.time += std::chrono::minutes{5} + std::chrono::milliseconds{1};
    EXPECT_TRUE(world.run(world.provider.custom_metric(asking("llama"), {})).has_error());
  }
}

TEST(Freshness, BeforePrometheusHasAnsweredThereIsNoAnswer) {
  World world;
  world.signals.snapshot = nullptr;
  world.publish({World::variant("llama", 2)});
  const auto answer = world.run(world.provider.custom_metric(asking("llama"), {}));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().message, "Prometheus has not answered yet");
}

TEST(Freshness, BeforeTheClusterStateIsReadThereIsNoAnswer) {
  World world;
  const auto answer = world.run(world.provider.custom_metric(asking("llama"), {}));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().reason, ErrorReason::service_unavailable);
}

}  // namespace
}  // namespace inferno::testing
