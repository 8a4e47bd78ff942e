// HorizontalPodAutoscaler as JSON.
#include "adapter/kubernetes/autoscaler_object.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

Json autoscaler_json() {
  return Json::parse(R"({
    "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "llama-hpa", "namespace": "llm"},
    "spec": {
      "minReplicas": 0, "maxReplicas": 10,
      "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "llama-8b"},
      "metrics": [
        {"type": "Object", "object": {
          "metric": {"name": "inferno_desired_replicas"},
          "describedObject": {"apiVersion": "llmd.ai/v1alpha1", "kind": "VariantAutoscaling", "name": "llama"},
          "target": {"type": "AverageValue", "averageValue": "1"}}},
        {"type": "External", "external": {
          "metric": {"name": "inferno_desired_replicas",
                     "selector": {"matchLabels": {"variantautoscaling_name": "llama"},
                                  "matchExpressions": [{"key": "a", "operator": "Exists"}]}},
          "target": {"type": "Value", "value": "2"}}},
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}],
      "behavior": {"scaleUp": {"tolerance": "50m"}}},
    "status": {"conditions": [
      {"type": "ScaledToZero", "status": "True"},
      {"type": "ScalingActive", "status": "False", "reason": "ScalingDisabled"}]}})");
}

TEST(AutoscalerObject, ReadsEveryField) {
  const AutoscalerObject object = parse_autoscaler(autoscaler_json()).value();
  EXPECT_EQ(object.name, (ObjectName{"llm", "llama-hpa"}));
  EXPECT_EQ(object.target, (TargetKey{"llm", "apps", "Deployment", "llama-8b"}));
  Autoscaler expected{.name = "llama-hpa",
                      .min_replicas = 0,
                      .max_replicas = 10,
                      .metrics = {},
                      .scale_up_tolerance = 0.05,
                      .scaled_to_zero = true,
                      .scaling_disabled = true};
  expected.metrics.push_back({.source = AutoscalerMetric::Source::object,
                              .name = "inferno_desired_replicas",
                              .described_kind = "VariantAutoscaling",
                              .described_name = "llama",
                              .match_labels = {},
                              .target_type = "AverageValue",
                              .target_quantity = "1"});
  expected.metrics.push_back({.source = AutoscalerMetric::Source::external,
                              .name = "inferno_desired_replicas",
                              .described_kind = {},
                              .described_name = {},
                              .match_labels = {{"variantautoscaling_name", "llama"}},
                              .has_match_expressions = true,
                              .target_type = "Value",
                              .target_quantity = "2"});
  expected.metrics.emplace_back();
  EXPECT_EQ(object.autoscaler, expected);
}

TEST(AutoscalerObject, FillsInWhatIsLeftOut) {
  const AutoscalerObject object =
      parse_autoscaler(Json::parse(R"({"kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"},
                                       "spec": {"maxReplicas": 3, "scaleTargetRef": {"name": "d"}}})"))
          .value();
  Autoscaler expected;
  expected.name = "h";
  expected.min_replicas = 1;
  expected.max_replicas = 3;
  EXPECT_EQ(object.autoscaler, expected);
  EXPECT_EQ(object.target, (TargetKey{"default", "apps", "Deployment", "d"}));
}

TEST(AutoscalerObject, OnlyAScalingThatIsDisabledByZeroReplicasCountsAsDisabled) {
  Json object = autoscaler_json();
  object["status"]["conditions"][1]["reason"] = "FailedGetObjectMetric";
  EXPECT_FALSE(parse_autoscaler(object).value().autoscaler.scaling_disabled);
}

TEST(AutoscalerObject, AnErrorNamesTheFieldAtFault) {
  const auto message_with = [](const char* pointer, const Json& value) {
    Json object = autoscaler_json();
    object[Json::json_pointer(pointer)] = value;
    return parse_autoscaler(object).error().message;
  };
  EXPECT_EQ(message_with("/spec/maxReplicas", nullptr),
            "HorizontalPodAutoscaler llm/llama-hpa: spec.maxReplicas is missing");
  EXPECT_EQ(message_with("/spec/maxReplicas", "ten"),
            "HorizontalPodAutoscaler llm/llama-hpa: spec.maxReplicas \"ten\" is not a whole number of 0 or more");
  EXPECT_EQ(message_with("/spec/minReplicas", -1),
            "HorizontalPodAutoscaler llm/llama-hpa: spec.minReplicas -1 is not a whole number of 0 or more");
  EXPECT_EQ(message_with("/spec/scaleTargetRef/name", nullptr),
            "HorizontalPodAutoscaler llm/llama-hpa: spec.scaleTargetRef.name is missing");
}

TEST(Quantity, IsANumberWithAnOptionalSuffix) {
  EXPECT_EQ(parse_quantity("0"), 0.0);
  EXPECT_EQ(parse_quantity("0.05"), 0.05);
  EXPECT_EQ(parse_quantity("50m"), 0.05);
  EXPECT_EQ(parse_quantity("+1e-2"), 0.01);
  EXPECT_EQ(parse_quantity("2Ki"), 2048.0);
  for (const char* text : {"", "m", "1mm", "0x1", "inf", "nan", "1 m", "1,5", "--1"}) {
    EXPECT_EQ(parse_quantity(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace inferno::kubernetes
