// What an HPA must look like so that its scale target gets the desired count (k8s.io/kubernetes, podautoscaler).
#include "tests/unit/advice/wiring.hpp"

namespace inferno::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* zero_on = "enable_scale_to_zero: true\n";

std::vector<std::string> advice_on_metric(const AutoscalerMetric& metric) {
  return advice_on(state({variant("llama", {autoscaler(metric)})}), "llama");
}

TEST(AutoscalerAdvice, NoneWhereTheGuideWasFollowed) {
  EXPECT_THAT(advice_on_metric(object_metric("llama")), IsEmpty());
  EXPECT_THAT(advice_on_metric(external_metric({{"variantautoscaling_name", "llama"}})), IsEmpty());
}

TEST(AutoscalerAdvice, ValueMultipliesByThePodsThatAreReady) {
  AutoscalerMetric metric = object_metric("llama");
  metric.target_type = "Value";
  EXPECT_THAT(advice_on_metric(metric),
              ElementsAre("TargetTypeNotAverageValue: HorizontalPodAutoscaler llm/hpa has target type Value for "
                          "inferno_desired_replicas: set it to type AverageValue with averageValue \"1\", since Value "
                          "multiplies the desired count by the ready pods"));
}

TEST(AutoscalerAdvice, AnAverageOtherThanOneDividesTheCount) {
  AutoscalerMetric metric = object_metric("llama");
  metric.target_quantity = "2";
  EXPECT_THAT(advice_on_metric(metric),
              ElementsAre("AverageValueNotOne: HorizontalPodAutoscaler llm/hpa has averageValue \"2\" for "
                          "inferno_desired_replicas: set it to \"1\", since the desired count is divided by it"));
}

TEST(AutoscalerAdvice, OnlyTheDesiredCountScales) {
  AutoscalerMetric metric = object_metric("llama");
  metric.name = "inferno_desired_ratio";
  EXPECT_THAT(advice_on_metric(metric),
              ElementsAre("UnexpectedMetric: HorizontalPodAutoscaler llm/hpa asks for the metric "
                          "inferno_desired_ratio: ask for inferno_desired_replicas, the only one that says how many "
                          "replicas there should be"));
}

TEST(AutoscalerAdvice, AnAliasIsTheDesiredCountToo) {
  AutoscalerMetric object = object_metric("llama");
  AutoscalerMetric external = external_metric({{"variant_name", "llama"}, {"exported_namespace", "llm"}});
  object.name = external.name = "wva_desired_replicas";
  for (const AutoscalerMetric& metric : {object, external}) {
    const ClusterState wired = state({variant("llama", {autoscaler(metric)}), variant("qwen")});
    EXPECT_THAT(advice_on(wired, "llama", nullptr, {.metric_aliases = {"wva_desired_replicas"}}), IsEmpty());
  }
  external.match_labels = {{"namespace", "llm"}};
  const ClusterState wide = state({variant("llama", {autoscaler(external)}), variant("qwen")});
  EXPECT_THAT(advice_on(wide, "llama", nullptr, {.metric_aliases = {"wva_desired_replicas"}}),
              ElementsAre(::testing::StartsWith("SelectorMatchesSeveral: ")));
  EXPECT_THAT(advice_on(wide, "llama"), IsEmpty()) << "without the alias it is somebody else's metric";
}

TEST(AutoscalerAdvice, TheMetricMustBeThatOfTheTargetsOwnVariant) {
  const ClusterState both = state({variant("llama", {autoscaler(object_metric("qwen"))}), variant("qwen")});
  EXPECT_THAT(advice_on(both, "llama"),
              ElementsAre("MetricOfOtherVariant: HorizontalPodAutoscaler llm/hpa scales Deployment llama-decode by the "
                          "metric of VariantAutoscaling qwen: name llama in describedObject"));
}

TEST(AutoscalerAdvice, FromTenReplicasOnTheDefaultToleranceIgnoresOneMore) {
  Autoscaler wide = autoscaler(object_metric("llama"));
  EXPECT_THAT(advice_on(state({variant("llama", {wide})}), "llama"), IsEmpty()) << "10 replicas at most";
  wide.max_replicas = 11;
  EXPECT_THAT(advice_on(state({variant("llama", {wide})}), "llama"),
              ElementsAre("ToleranceIgnoresGrowth: HorizontalPodAutoscaler llm/hpa ignores one more replica from 10 "
                          "replicas on, and its maxReplicas is 11: set spec.behavior.scaleUp.tolerance to 0, since the "
                          "cluster's default lets growth of 10 % pass unnoticed"));
  wide.scale_up_tolerance = 0;
  EXPECT_THAT(advice_on(state({variant("llama", {wide})}), "llama"), IsEmpty());
}

TEST(AutoscalerAdvice, ASmallerToleranceIgnoresOneMoreLater) {
  Autoscaler wide = autoscaler(object_metric("llama"));
  wide.scale_up_tolerance = 0.05;
  wide.max_replicas = 20;
  EXPECT_THAT(advice_on(state({variant("llama", {wide})}), "llama"), IsEmpty());
  wide.max_replicas = 21;
  EXPECT_THAT(advice_on(state({variant("llama", {wide})}), "llama"),
              ElementsAre("ToleranceIgnoresGrowth: HorizontalPodAutoscaler llm/hpa ignores one more replica from 20 "
                          "replicas on, and its maxReplicas is 21: set spec.behavior.scaleUp.tolerance to 0, since the "
                          "present one lets growth of 5 % pass unnoticed"));
}

TEST(AutoscalerAdvice, MinReplicasMattersWhereTheModelMayGoToZero) {
  Autoscaler kept = autoscaler(object_metric("llama"));
  kept.min_replicas = 1;
  EXPECT_THAT(advice_on(state({variant("llama", {kept})}), "llama"), IsEmpty());
  EXPECT_THAT(advice_on(state({variant("llama", {kept})}, zero_on), "llama"),
              ElementsAre("MinReplicasPreventsZero: HorizontalPodAutoscaler llm/hpa has minReplicas 1, but "
                          "scale-to-zero is on for model \"meta/llama\" (ConfigMap model-scale-to-zero-config, key "
                          "default): set minReplicas to 0, or turn scale-to-zero off"));
  Variant meant = variant("llama", {kept});
  meant.min_replicas = 1;
  EXPECT_THAT(advice_on(state({meant}, zero_on), "llama"), IsEmpty()) << "the VariantAutoscaling asks for the same";
}

TEST(AutoscalerAdvice, AnAutoscalerWakesOnlyWhatItPutToZero) {
  Autoscaler disabled = autoscaler(object_metric("llama"));
  disabled.scaling_disabled = true;
  Variant asleep = variant("llama", {disabled});
  asleep.target->spec_replicas = asleep.target->ready_replicas = 0;
  EXPECT_THAT(advice_on(state({asleep}), "llama"),
              ElementsAre("NotWokenByAutoscaler: HorizontalPodAutoscaler llm/hpa will not wake Deployment "
                          "llama-decode, which it did not put to zero itself: scale it to 1 once (kubectl scale), or "
                          "run the adapter with --wake-directly"));
  EXPECT_THAT(advice_on(state({asleep}), "llama", nullptr, {.metric_aliases = {}, .wakes_directly = true}), IsEmpty());
  Autoscaler watching = disabled;
  watching.scaling_disabled = false;
  watching.scaled_to_zero = true;
  Variant put_to_sleep = variant("llama", {watching});
  put_to_sleep.target->spec_replicas = put_to_sleep.target->ready_replicas = 0;
  EXPECT_THAT(advice_on(state({put_to_sleep}), "llama"), IsEmpty());
}

TEST(AutoscalerAdvice, AnAutoscalerOfAnotherSystemIsLeftAlone) {
  Autoscaler keda = autoscaler(external_metric({{"scaledobject.keda.sh/name", "llama"}}));
  keda.metrics[0].name = "s0-prometheus";
  keda.min_replicas = 1;
  keda.max_replicas = 100;
  EXPECT_THAT(advice_on(state({variant("llama", {keda})}, zero_on), "llama"), IsEmpty());
}

}  // namespace
}  // namespace inferno::testing
