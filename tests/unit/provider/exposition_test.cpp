// The inferno_* series of /metrics.
#include "adapter/provider/decision_exposition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/provider/world.hpp"

namespace inferno::testing {
namespace {

TEST(Exposition, HasTheLabelsThatTheScaledObjectOfTheGuideAsksFor) {
  World world;
  Variant variant = World::variant("llama-8b-autoscaler", 1);
  variant.namespace_name = "llm-inference";
  variant.model_id = "meta/llama-3.1-8b";
  world.publish({variant});
  std::string text;
  append_exposition(text, *world.decisions.board(), {});
  EXPECT_EQ(
      text,
      "# HELP inferno_desired_replicas Replicas that the variant should have now.\n"
      "# TYPE inferno_desired_replicas gauge\n"
      "inferno_desired_replicas{variantautoscaling_name=\"llama-8b-autoscaler\",variantautoscaling_namespace=\"llm-"
      "inference\","
      "model_id=\"meta/llama-3.1-8b\",accelerator=\"H100\"} 1\n"
      "# HELP inferno_current_replicas Replicas that the variant's scale target asks for.\n"
      "# TYPE inferno_current_replicas gauge\n"
      "inferno_current_replicas{variantautoscaling_name=\"llama-8b-autoscaler\",variantautoscaling_namespace=\"llm-"
      "inference\","
      "model_id=\"meta/llama-3.1-8b\",accelerator=\"H100\"} 1\n"
      "# HELP inferno_desired_ratio Desired divided by current replicas; the desired count where there are none.\n"
      "# TYPE inferno_desired_ratio gauge\n"
      "inferno_desired_ratio{variantautoscaling_name=\"llama-8b-autoscaler\",variantautoscaling_namespace=\"llm-"
      "inference\","
      "model_id=\"meta/llama-3.1-8b\",accelerator=\"H100\"} 1\n");
}

TEST(Exposition, GivesAnAliasTheLabelsOfTheOtherControllerBesideItsOwn) {
  World world;
  world.publish({World::variant("llama", 1)});
  const std::vector<std::string> aliases{"wva_desired_replicas"};
  std::string text;
  append_exposition(text, *world.decisions.board(), aliases);
  EXPECT_THAT(text,
              ::testing::HasSubstr(
                  "# HELP wva_desired_replicas Replicas that the variant should have now: inferno_desired_replicas by "
                  "another name.\n"
                  "# TYPE wva_desired_replicas gauge\n"
                  "wva_desired_replicas{variantautoscaling_name=\"llama\",variantautoscaling_namespace=\"llm\","
                  "model_id=\"llama\",accelerator=\"H100\",variant_name=\"llama\",accelerator_type=\"H100\","
                  "namespace=\"llm\"} 1\n"));
}

TEST(Exposition, EscapesLabelValues) {
  World world;
  Variant variant = World::variant("a", 1);
  variant.accelerator = "x\"y\\z\n";
  world.publish({variant});
  std::string text;
  append_exposition(text, *world.decisions.board(), {});
  EXPECT_THAT(text, ::testing::HasSubstr("accelerator=\"x\\\"y\\\\z\\n\""));
}

TEST(Exposition, HasNoSampleOfAVariantWhoseDecisionIsAnError) {
  World world;
  Variant variant = World::variant("a", 1);
  variant.target.reset();
  world.publish({variant});
  std::string text;
  append_exposition(text, *world.decisions.board(), {});
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("{")));
}

TEST(Exposition, HasNoSamplesWhereTheApiAnswersUnavailable) {
  World world;
  world.publish({World::variant("a", 1)});
  std::string fresh;
  world.provider.append_metrics(fresh, true);
  EXPECT_THAT(fresh, ::testing::HasSubstr("inferno_desired_replicas{"));
  world.clock.time += std::chrono::minutes{6};
  std::string stale;
  world.provider.append_metrics(stale, true);
  EXPECT_THAT(stale, ::testing::Not(::testing::HasSubstr("inferno_desired_replicas")));
}

TEST(Exposition, OfAReplicaThatStandsByHasNoDecisions) {
  World world;
  world.publish({World::variant("a", 1)});
  std::string text;
  world.provider.append_metrics(text, false);
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("inferno_desired_replicas")));
}

TEST(Ratio, OfNothingIsTheDesiredCount) {
  EXPECT_EQ(desired_ratio({.desired = 3, .current = 2, .newest_sample = {}}), 1.5);
  EXPECT_EQ(desired_ratio({.desired = 3, .current = 0, .newest_sample = {}}), 3);
  EXPECT_EQ(desired_ratio({.desired = 0, .current = 0, .newest_sample = {}}), 0);
}

TEST(ConfigErrors, AreCountedByConfigMapAndKey) {
  PolicySources sources;
  sources.scale_to_zero = std::map<std::string, std::string>{{"llama", "model_id: llama\nretention_period: soon\n"}};
  std::string text;
  append_config_errors(text, PolicyBook::parse(sources));
  EXPECT_THAT(text, ::testing::HasSubstr(
                        "inferno_adapter_config_errors{configmap=\"model-scale-to-zero-config\",key=\"llama\"} 1\n"));
}

}  // namespace
}  // namespace inferno::testing
