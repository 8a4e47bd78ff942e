// One scale target, one VariantAutoscaling, one HorizontalPodAutoscaler.
#include "tests/unit/advice/wiring.hpp"

namespace inferno::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Variant sharing(const std::string& name, const Variant& other) {
  Variant sharer = variant(name);
  sharer.target_reference = other.target_reference;
  sharer.target = other.target;
  return sharer;
}

TEST(TargetAdvice, EachVariantThatSharesATargetIsTold) {
  const Variant first = variant("a", {autoscaler(object_metric("b"))});
  Variant second = sharing("b", first);
  second.target_reference.api_version = "apps/v2";
  const ClusterState both = state({first, second, variant("c")});
  const auto expected = ElementsAre(
      "TargetShared: VariantAutoscalings a, b name the same scale target Deployment llm/a-decode: keep one "
      "of them, since each is decided as if the replicas were its own");
  EXPECT_THAT(advice_on(both, "a"), expected) << "that the HPA names the other one follows from it";
  EXPECT_THAT(advice_on(both, "b"), expected);
  EXPECT_THAT(advice_on(both, "c"), IsEmpty());
}

TEST(TargetAdvice, ADifferentGroupKindOrNamespaceIsAnotherTarget) {
  const Variant first = variant("a");
  Variant other_group = sharing("b", first);
  other_group.target_reference.api_version = "example.com/v1";
  Variant other_kind = sharing("c", first);
  other_kind.target_reference.kind = "StatefulSet";
  Variant other_namespace = sharing("d", first);
  other_namespace.namespace_name = "other";
  EXPECT_THAT(advice_on(state({first, other_group, other_kind, other_namespace}), "a"), IsEmpty());
}

TEST(TargetAdvice, TwoAutoscalersFight) {
  Autoscaler second = autoscaler(object_metric("llama"));
  second.name = "hpa-2";
  EXPECT_THAT(advice_on(state({variant("llama", {autoscaler(object_metric("llama")), second})}), "llama"),
              ElementsAre("SeveralAutoscalers: HorizontalPodAutoscalers hpa, hpa-2 scale the same Deployment "
                          "llm/llama-decode: keep one of them, since each undoes what the other does"));
}

TEST(BoundsAdvice, AMinimumAboveTheMaximumThatCountsIsReported) {
  Variant bound = variant("llama", {autoscaler(object_metric("llama"))});
  bound.min_replicas = 12;
  EXPECT_THAT(advice_on(state({bound}), "llama"),
              ElementsAre("MinReplicasAboveMax: VariantAutoscaling llm/llama has minReplicas 12, which is more than "
                          "maxReplicas 10 of HorizontalPodAutoscaler hpa: the maximum counts; change one of them"));
  bound.min_replicas = bound.max_replicas = 2;
  EXPECT_THAT(advice_on(state({bound}), "llama"), IsEmpty());
}

TEST(BoundsAdvice, ABoundThatIsIgnoredIsReported) {
  Variant bound = variant("llama");
  bound.ignored = {{.field = "spec.minReplicas", .message = "-1 is not a whole number of 0 or more: it is ignored"}};
  EXPECT_THAT(
      advice_on(state({bound}), "llama"),
      ElementsAre("FieldIgnored: VariantAutoscaling llm/llama: spec.minReplicas -1 is not a whole number of 0 or "
                  "more: it is ignored"));
}

TEST(TargetAdvice, AnInvalidVariantHasAnErrorOfItsOwnInstead) {
  const Variant first = variant("a");
  Variant invalid = sharing("b", first);
  invalid.invalid = {.field = "spec.modelID", .message = "is empty"};
  const ClusterState both = state({first, invalid});
  EXPECT_THAT(advice_on(both, "a"), IsEmpty());
  const SeriesFindings findings{.missing = "nothing is scraped", .remedy = {}, .pods_of_others = {"old"}};
  EXPECT_THAT(advice_on(both, "b", &findings), IsEmpty());
}

}  // namespace
}  // namespace inferno::testing
