// An object of any kind with its scale subresource.
#include "adapter/kubernetes/scaled_object.hpp"

#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

const Json engine = Json::parse(R"({
    "apiVersion": "example.com/v1", "kind": "Engine",
    "metadata": {"name": "e", "resourceVersion": "7", "creationTimestamp": "2025-01-31T12:00:00Z"},
    "spec": {"replicas": "as many as it takes"}, "status": {"readyReplicas": 1}})");

Json scale(const Json& spec, const Json& status) {
  return {{"kind", "Scale"}, {"metadata", {{"name", "e"}, {"namespace", "n"}}}, {"spec", spec}, {"status", status}};
}

TEST(ScaledObject, HasTheReplicasOfItsScale) {
  const ScaleTarget target =
      with_scale(parse_scaled_object(engine), scale({{"replicas", 3}}, {{"replicas", 2}})).value();
  EXPECT_EQ(target.spec_replicas, 3);
  EXPECT_EQ(target.ready_replicas, 1);
  EXPECT_EQ(target.left_zero_at, parse_rfc3339("2025-01-31T12:00:00Z"));
}

TEST(ScaledObject, CountsWhatTheScaleSeesAsReadyWhereTheObjectDoesNotTell) {
  Json silent = engine;
  silent.erase("status");
  EXPECT_EQ(with_scale(parse_scaled_object(silent), scale({{"replicas", 3}}, {{"replicas", 2}}))->ready_replicas, 2);
}

TEST(ScaledObject, IsAtZeroWhereTheScaleLeavesTheCountOut) {
  const ScaleTarget target = with_scale(parse_scaled_object(engine), scale(Json::object(), {{"replicas", 0}})).value();
  EXPECT_EQ(target.spec_replicas, 0);
  EXPECT_EQ(target.left_zero_at, std::nullopt);
}

TEST(ScaledObject, ServesTheNamesInItsPodTemplate) {
  Json serving = engine;
  serving["spec"]["template"]["spec"]["containers"] = Json::array({{{"args", {"--served-model-name=llama"}}}});
  EXPECT_EQ(with_scale(parse_scaled_object(serving), scale(Json::object(), Json::object()))->served_names,
            std::vector<std::string>{"llama"});
}

TEST(ScaledObject, TellsItsRoleByLabelElseByTheSelectorOfItsScale) {
  const auto role = [](const Json& object, const char* selector) {
    return with_scale(parse_scaled_object(object), scale({{"replicas", 1}}, {{"replicas", 1}, {"selector", selector}}))
        ->role;
  };
  EXPECT_EQ(role(engine, "app=e"), "decode");
  EXPECT_EQ(role(engine, "llm-d.ai/role=prefill,app=e"), "prefill");
  EXPECT_EQ(role(engine, "disaggregatedset.x-k8s.io/name=d,disaggregatedset.x-k8s.io/role=encode"), "encode");
  EXPECT_EQ(role(engine, "example.com/llm-d.ai/role=prefill"), "decode") << "another label";
  EXPECT_EQ(role(engine, "llm-d.ai/role in (prefill)"), "decode");
  Json labelled = engine;
  labelled["metadata"]["labels"]["llm-d.ai/role"] = "prefill";
  EXPECT_EQ(role(labelled, "llm-d.ai/role=encode"), "prefill");
}

TEST(ScaledObject, AScaleMustHaveWholeNumbers) {
  EXPECT_EQ(with_scale(parse_scaled_object(engine), scale({{"replicas", "3"}}, Json::object())).error().message,
            "Scale n/e: spec.replicas and status.replicas must be whole numbers of 0 or more");
  EXPECT_FALSE(with_scale(parse_scaled_object(engine), Json("text")));
}

TEST(ScaledObject, ChangesWithEveryChangeOfTheObject) {
  Json changed = engine;
  changed["metadata"]["resourceVersion"] = "8";
  EXPECT_FALSE(parse_scaled_object(engine) == parse_scaled_object(changed));
}

}  // namespace
}  // namespace inferno::kubernetes
