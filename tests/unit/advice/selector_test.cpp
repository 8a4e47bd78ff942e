// An external metric's selector must pick exactly the target's own variant: the HPA adds up what it picks.
#include "tests/unit/advice/wiring.hpp"

namespace inferno::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// About llama, whose HPA selects by the labels, in a namespace with another variant of the same model and one more.
std::vector<std::string> advice_on_selector(const AutoscalerMetric& metric) {
  Variant cheap = variant("llama-cheap");
  cheap.model_id = "meta/llama";
  cheap.accelerator = "L4";
  Variant elsewhere = variant("llama");
  elsewhere.namespace_name = "other";
  return advice_on(state({variant("llama", {autoscaler(metric)}), cheap, variant("qwen"), elsewhere}), "llama");
}

TEST(SelectorAdvice, EitherNameLabelPicksOne) {
  EXPECT_THAT(advice_on_selector(external_metric({{"variantautoscaling_name", "llama"}})), IsEmpty());
  EXPECT_THAT(advice_on_selector(external_metric({{"variant_name", "llama"}})), IsEmpty());
}

TEST(SelectorAdvice, SoDoesAModelWithOneVariantOnTheAccelerator) {
  EXPECT_THAT(advice_on_selector(external_metric({{"model_id", "meta/llama"}, {"accelerator", "H100"}})), IsEmpty());
}

TEST(SelectorAdvice, SeveralVariantsAreAddedUp) {
  const std::vector<std::string> expected{
      "SelectorMatchesSeveral: HorizontalPodAutoscaler llm/hpa has an external metric selector that matches several "
      "VariantAutoscalings (llama, llama-cheap), whose values are added up: set its matchLabels to "
      "variantautoscaling_name: llama"};
  EXPECT_EQ(advice_on_selector(external_metric({{"model_id", "meta/llama"}})), expected);
  EXPECT_EQ(advice_on_selector(external_metric({})), expected);
}

TEST(SelectorAdvice, NoVariantGivesNoValue) {
  for (const auto& labels :
       std::vector<std::map<std::string, std::string>>{{{"variantautoscaling_name", "lama"}},
                                                       {{"variantautoscaling_name", "llama"}, {"accelerator", "L4"}},
                                                       {{"model_id", "meta/other"}},
                                                       {{"app", "llama"}}}) {
    EXPECT_THAT(
        advice_on_selector(external_metric(labels)),
        ElementsAre("SelectorMatchesNothing: HorizontalPodAutoscaler llm/hpa has an external metric selector "
                    "that matches no VariantAutoscaling: set its matchLabels to variantautoscaling_name: llama"))
        << labels.begin()->second;
  }
}

TEST(SelectorAdvice, OneThatPicksAnotherVariantIsWrongToo) {
  EXPECT_THAT(advice_on_selector(external_metric({{"variant_name", "qwen"}})),
              ElementsAre("MetricOfOtherVariant: HorizontalPodAutoscaler llm/hpa scales Deployment llama-decode by the "
                          "metric of VariantAutoscaling qwen: set its selector's matchLabels to "
                          "variantautoscaling_name: llama"));
}

TEST(SelectorAdvice, ExpressionsAreTakenOnTrust) {
  AutoscalerMetric metric = external_metric({});
  metric.has_match_expressions = true;
  EXPECT_THAT(advice_on_selector(metric), IsEmpty());
}

}  // namespace
}  // namespace inferno::testing
