// VariantAutoscaling and ConfigMap as JSON.
#include "adapter/kubernetes/api_object.hpp"

#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

Json variant_json() {
  return Json::parse(R"({
    "apiVersion": "llmd.ai/v1alpha1", "kind": "VariantAutoscaling",
    "metadata": {"name": "llama", "namespace": "llm", "creationTimestamp": "2025-01-31T12:00:00Z",
                 "labels": {"inference.optimization/acceleratorName": "H100", "team": "a"}},
    "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "llama-8b"},
             "modelID": "meta/llama-3.1-8b", "variantCost": "2.5"}})");
}

TEST(VariantObject, ReadsEveryField) {
  const Variant variant = parse_variant(variant_json()).value();
  EXPECT_EQ(variant.namespace_name, "llm");
  EXPECT_EQ(variant.name, "llama");
  EXPECT_EQ(variant.model_id, "meta/llama-3.1-8b");
  EXPECT_EQ(variant.accelerator, "H100");
  EXPECT_EQ(variant.cost, 2.5);
  EXPECT_EQ(variant.created, parse_rfc3339("2025-01-31T12:00:00Z"));
  EXPECT_EQ(variant.labels.at("team"), "a");
  EXPECT_EQ(variant.target_reference.api_version, "apps/v1");
  EXPECT_EQ(variant.target_reference.kind, "Deployment");
  EXPECT_EQ(variant.target_reference.name, "llama-8b");
  EXPECT_FALSE(variant.target);
  EXPECT_FALSE(variant.invalid);
}

TEST(VariantObject, ListsFurtherNamesOfItsModelInAnAnnotation) {
  EXPECT_THAT(parse_variant(variant_json()).value().served_names, testing::IsEmpty());
  Json object = variant_json();
  object["metadata"]["annotations"]["llmd.ai/served-names"] = " sql-adapter, chat,,\n meta/llama ";
  EXPECT_THAT(parse_variant(object).value().served_names, testing::ElementsAre("sql-adapter", "chat", "meta/llama"));
}

TEST(VariantObject, FillsInWhatIsLeftOut) {
  Json object = variant_json();
  object["metadata"] = {{"name", "llama"}};
  object["spec"].erase("variantCost");
  const Variant variant = parse_variant(object).value();
  EXPECT_EQ(variant.namespace_name, "default");
  EXPECT_EQ(variant.accelerator, "unknown");
  EXPECT_EQ(variant.cost, 10.0);
  EXPECT_EQ(variant.created, TimePoint{});
  EXPECT_FALSE(variant.invalid);
}

TEST(VariantObject, ATargetIsADeploymentAndAUsualKindHasItsApiVersion) {
  const auto reference = [](const Json& written) {
    Json object = variant_json();
    object["spec"]["scaleTargetRef"] = written;
    const Variant variant = parse_variant(object).value();
    EXPECT_FALSE(variant.invalid) << written;
    return variant.target_reference;
  };
  EXPECT_EQ(reference({{"name", "d"}}), (TargetReference{"apps/v1", "Deployment", "d"}));
  EXPECT_EQ(reference({{"kind", "Deployment"}, {"name", "d"}}), (TargetReference{"apps/v1", "Deployment", "d"}));
  EXPECT_EQ(reference({{"apiVersion", ""}, {"kind", "StatefulSet"}, {"name", "s"}}),
            (TargetReference{"apps/v1", "StatefulSet", "s"}));
  EXPECT_EQ(reference({{"kind", "LeaderWorkerSet"}, {"name", "l"}}),
            (TargetReference{"leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "l"}));
  EXPECT_EQ(reference({{"apiVersion", "example.com/v1"}, {"kind", "Engine"}, {"name", "e"}}),
            (TargetReference{"example.com/v1", "Engine", "e"}));
}

TEST(VariantObject, ReadsItsBounds) {
  Json object = variant_json();
  EXPECT_EQ(parse_variant(object).value().min_replicas, std::nullopt);
  EXPECT_EQ(parse_variant(object).value().max_replicas, std::nullopt);
  object["spec"]["minReplicas"] = 0;
  object["spec"]["maxReplicas"] = 4;
  EXPECT_EQ(parse_variant(object).value().min_replicas, 0);
  EXPECT_EQ(parse_variant(object).value().max_replicas, 4);
}

TEST(VariantObject, ABoundThatSaysNothingUsableIsIgnoredAndReported) {
  Json object = variant_json();
  object["spec"]["minReplicas"] = -1;
  object["spec"]["maxReplicas"] = "four";
  const Variant variant = parse_variant(object).value();
  EXPECT_FALSE(variant.invalid);
  EXPECT_EQ(variant.min_replicas, std::nullopt);
  EXPECT_EQ(variant.max_replicas, std::nullopt);
  EXPECT_EQ(variant.ignored, (std::vector<Variant::InvalidField>{
                                 {"spec.minReplicas", "-1 is not a whole number of 0 or more: it is ignored"},
                                 {"spec.maxReplicas", "\"four\" is not a whole number of 1 or more: it is ignored"}}));
}

TEST(VariantObject, AMaximumOfZeroIsNone) {
  Json object = variant_json();
  object["spec"]["maxReplicas"] = 0;
  const Variant variant = parse_variant(object).value();
  EXPECT_EQ(variant.max_replicas, std::nullopt);
  EXPECT_EQ(variant.ignored, (std::vector<Variant::InvalidField>{
                                 {"spec.maxReplicas", "0 is not a whole number of 1 or more: it is ignored"}}));
}

TEST(VariantObject, AnEmptyStatusReportsNothing) {
  Json object = variant_json();
  object["status"] = Json::object();
  EXPECT_EQ(parse_variant(object).value().reported, nullptr);
}

TEST(VariantObject, ReadsWhatIsReportedAndForWhichGeneration) {
  EXPECT_EQ(parse_variant(variant_json()).value().reported, nullptr);
  Json object = variant_json();
  object["metadata"]["uid"] = "4fd3";
  object["metadata"]["generation"] = 7;
  object["status"] = Json::parse(R"({
    "desiredOptimizedAlloc": {"numReplicas": 3, "accelerator": "H100", "lastRunTime": "2025-01-31T12:00:00Z"},
    "actuation": {"applied": true},
    "conditions": [{"type": "TargetResolved", "status": "True", "reason": "TargetFound", "message": "m",
                    "lastTransitionTime": "2025-01-31T11:00:00Z", "observedGeneration": 6}]})");
  const Variant variant = parse_variant(object).value();
  EXPECT_EQ(variant.uid, "4fd3");
  EXPECT_EQ(variant.generation, 7);
  const ReportedStatus expected{.desired_replicas = 3,
                                .accelerator = "H100",
                                .last_run_time = "2025-01-31T12:00:00Z",
                                .actuation_applied = true,
                                .conditions = {{.type = "TargetResolved",
                                                .status = "True",
                                                .reason = "TargetFound",
                                                .message = "m",
                                                .last_transition = "2025-01-31T11:00:00Z",
                                                .observed_generation = 6}}};
  ASSERT_NE(variant.reported, nullptr);
  EXPECT_EQ(*variant.reported, expected);
}

TEST(VariantObject, AStatusOfTheWrongShapeIsReportedAsNothingKnown) {
  Json object = variant_json();
  object["status"] = Json::parse(R"({"desiredOptimizedAlloc": {"numReplicas": "3"}, "conditions": [7]})");
  const Variant variant = parse_variant(object).value();
  ASSERT_NE(variant.reported, nullptr);
  ReportedStatus expected;
  expected.conditions.emplace_back();
  EXPECT_EQ(*variant.reported, expected);
}

struct InvalidCase {
  const char* pointer;
  Json value;  // null: the field is removed
  const char* field;
  const char* message;
};

TEST(VariantObject, ABrokenRuleIsKeptWithTheFieldThatBreaksIt) {
  const std::vector<InvalidCase> cases{
      {"/spec/modelID", "", "spec.modelID", "is empty; it must be the model_name of the model's series in Prometheus"},
      {"/spec/modelID", nullptr, "spec.modelID",
       "is missing; it must be the model_name of the model's series in Prometheus"},
      {"/spec/modelID", 7, "spec.modelID", "is 7, not text; put it in quotes"},
      {"/spec/scaleTargetRef",
       {{"kind", "Engine"}, {"name", "e"}},
       "spec.scaleTargetRef.apiVersion",
       "is missing; it must be that of kind Engine"},
      {"/spec/scaleTargetRef/kind", 7, "spec.scaleTargetRef.kind", "is 7, not text; put it in quotes"},
      {"/spec/scaleTargetRef/name", nullptr, "spec.scaleTargetRef.name",
       "is missing; it must be the name of the scale target"},
      {"/spec/scaleTargetRef", nullptr, "spec.scaleTargetRef.name",
       "is missing; it must be the name of the scale target"},
      {"/spec/variantCost", 10.0, "spec.variantCost", "is 10.0, not text; put it in quotes"},
  };
  for (const InvalidCase& item : cases) {
    Json object = variant_json();
    object[Json::json_pointer(item.pointer)] = item.value;
    const Variant variant = parse_variant(object).value();
    ASSERT_TRUE(variant.invalid) << item.pointer;
    EXPECT_EQ(variant.invalid->field, item.field);
    EXPECT_EQ(variant.invalid->message, item.message);
    EXPECT_EQ(variant.name, "llama");
  }
}

TEST(VariantObject, CostIsDecimalDigitsWithAnOptionalFraction) {
  for (const char* text : {"0", "10", "10.0", "0.25", "007"}) {
    Json object = variant_json();
    object["spec"]["variantCost"] = text;
    EXPECT_FALSE(parse_variant(object).value().invalid) << text;
  }
  for (const char* text : {"", "ten", "-1", "+1", "1.", ".5", "1e3", "1,5", " 1", "0x10", "inf"}) {
    Json object = variant_json();
    object["spec"]["variantCost"] = text;
    const Variant variant = parse_variant(object).value();
    ASSERT_TRUE(variant.invalid) << text;
    EXPECT_EQ(variant.invalid->field, "spec.variantCost");
  }
}

TEST(VariantObject, WithoutANameThereIsNoObject) {
  Json object = variant_json();
  object["metadata"].erase("name");
  EXPECT_EQ(parse_variant(object).error().message, "VariantAutoscaling llm/?: metadata.name is missing");
}

// In a file, `namespace: on` is a boolean; kubectl refuses it too.
TEST(VariantObject, ANameThatIsNotTextIsAnError) {
  Json object = variant_json();
  object["metadata"]["namespace"] = true;
  EXPECT_EQ(parse_variant(object).error().message,
            "VariantAutoscaling default/llama: metadata.namespace is true, not text; put it in quotes");
}

TEST(ConfigMapObject, ReadsItsData) {
  const auto parsed = parse_config_map(Json::parse(
      R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1", "b": ""}})"));
  EXPECT_EQ(parsed.value().name, (ObjectName{"default", "c"}));
  EXPECT_EQ(parsed.value().data, (std::map<std::string, std::string>{{"a", "1"}, {"b", ""}}));
}

TEST(ConfigMapObject, DataMustBeText) {
  const auto parsed = parse_config_map(Json::parse(
      R"({"kind": "ConfigMap", "metadata": {"name": "c", "namespace": "n"}, "data": {"default": {"enable_scale_to_zero": true}}})"));
  EXPECT_EQ(parsed.error().message,
            "ConfigMap n/c: data.default is not text: put it in quotes or use the block form \"default: |\"");
}

TEST(ParseObject, TellsKindsApart) {
  EXPECT_TRUE(std::holds_alternative<std::shared_ptr<const Variant>>(*parse_object(variant_json()).value()));
  EXPECT_TRUE(std::holds_alternative<ConfigMapObject>(
      *parse_object(Json{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "c"}}}}).value()));
  EXPECT_TRUE(std::holds_alternative<TargetObject>(
      *parse_object(Json{{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"metadata", {{"name", "d"}}}}).value()));
  EXPECT_EQ(parse_object(Json{{"apiVersion", "v1"}, {"kind", "Service"}, {"metadata", {{"name", "s"}}}}).value(),
            std::nullopt);
  EXPECT_TRUE(std::holds_alternative<std::shared_ptr<const AutoscalerObject>>(
      *parse_object(Json{{"apiVersion", "autoscaling/v1"},
                         {"kind", "HorizontalPodAutoscaler"},
                         {"metadata", {{"name", "h"}}},
                         {"spec", {{"maxReplicas", 4}, {"scaleTargetRef", {{"kind", "K"}, {"name", "t"}}}}}})
           .value()));
  EXPECT_EQ(parse_object(Json{{"kind", "ConfigMap"}}).error().message,
            "not a Kubernetes object: apiVersion and kind are needed");
  EXPECT_FALSE(parse_object(Json("text")));
}

}  // namespace
}  // namespace inferno::kubernetes
