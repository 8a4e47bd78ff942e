// Several ConfigMaps: the guide's names and upstream's, the adapter's namespace and the model's own.
#include "tests/unit/policy/policy_case.hpp"

namespace inferno {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const ModelKey llama{"production", "llama"};

// "retention period of llama in production, and where it comes from".
std::string retention(const PolicyBook& book, const ModelKey& model = llama) {
  const auto field = book.resolve(model).scale_to_zero.retention_period;
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(field.value).count()) + "m, " + field.source;
}

PolicyConfigMap scale_to_zero(std::string namespace_name = "") {
  return {.kind = PolicyKind::scale_to_zero,
          .name = std::string(upstream_scale_to_zero_name),
          .namespace_name = std::move(namespace_name)};
}

PolicyConfigMap saturation(std::string namespace_name = "") {
  return {.kind = PolicyKind::saturation,
          .name = std::string(upstream_saturation_name),
          .namespace_name = std::move(namespace_name)};
}

PolicyBook book_of(std::vector<std::pair<PolicyConfigMap, Entries>> further, Entries guide = {}) {
  PolicySources sources;
  sources.scale_to_zero = std::move(guide);
  sources.further = std::move(further);
  return PolicyBook::parse(sources);
}

TEST(PolicyPlaces, UpstreamsNamesAreReadAndNamed) {
  const PolicyBook book = book_of({{saturation(), {{"default", "kvCacheThreshold: 0.6"}}},
                                   {scale_to_zero(), {{"default", "retention_period: 5m"}}}});
  EXPECT_EQ(retention(book), "5m, ConfigMap wva-model-scale-to-zero-config, key default");
  EXPECT_EQ(book.resolve(llama).saturation.kv_cache_threshold.value, 0.6);
  EXPECT_EQ(book.resolve(llama).saturation.kv_cache_threshold.source,
            "ConfigMap wva-saturation-scaling-config, key default");
  EXPECT_THAT(warnings(book), IsEmpty());
}

TEST(PolicyPlaces, OfEntriesForTheSameModelsThoseUnderTheGuidesNameCount) {
  const PolicyBook book =
      book_of({{scale_to_zero(), {{"default", "retention_period: 5m\nenable_scale_to_zero: true"}}}},
              {{"default", "retention_period: 7m"}});
  EXPECT_EQ(shown(book, llama), "on (default), 420s (default)");
  EXPECT_EQ(retention(book), "7m, ConfigMap model-scale-to-zero-config, key default");
  EXPECT_EQ(book.resolve(llama).scale_to_zero.enabled.source, "ConfigMap wva-model-scale-to-zero-config, key default");
  EXPECT_THAT(warnings(book), IsEmpty()) << "two ConfigMaps are no mistake";
}

TEST(PolicyPlaces, AnEntryForTheModelCountsBeforeADefaultWhateverTheName) {
  const PolicyBook book = book_of({{scale_to_zero(), {{"a", "model_id: llama\nretention_period: 5m"}}}},
                                  {{"default", "retention_period: 7m"}});
  EXPECT_EQ(retention(book), "5m, ConfigMap wva-model-scale-to-zero-config, key a");
}

TEST(PolicyPlaces, TheModelsOwnNamespaceCountsBeforeTheAdapters) {
  const PolicyBook book =
      book_of({{scale_to_zero("production"), {{"default", "retention_period: 5m"}}}},
              {{"a", "model_id: llama\nnamespace: production\nretention_period: 7m\nenable_scale_to_zero: true"}});
  EXPECT_EQ(retention(book), "5m, ConfigMap production/wva-model-scale-to-zero-config, key default");
  EXPECT_TRUE(book.resolve(llama).scale_to_zero.enabled.value) << "each field by itself";
  EXPECT_EQ(retention(book, {"staging", "llama"}), "10m, built-in default");
}

TEST(PolicyPlaces, ANamespaceSpeaksOfItsOwnModelsOnly) {
  const PolicyBook book = book_of({{scale_to_zero("tenant"),
                                    {{"a", "model_id: llama\nnamespace: production\nretention_period: 5m"},
                                     {"b", "model_id: llama\nnamespace: tenant\nretention_period: 6m"}}}});
  EXPECT_EQ(retention(book), "10m, built-in default");
  EXPECT_EQ(retention(book, {"tenant", "llama"}), "6m, ConfigMap tenant/wva-model-scale-to-zero-config, key b");
  EXPECT_THAT(warnings(book),
              ElementsAre("a: namespace \"production\" is another one than that of the ConfigMap, tenant, which speaks "
                          "of its own models only; the whole key is skipped"));
}

// Zero is proven for nobody before the history of the longest period has been read.
TEST(PolicyPlaces, ANamespaceDoesNotMakeOthersWait) {
  const PolicyBook book =
      book_of({{scale_to_zero("production"),
                {{"a", "model_id: llama\nretention_period: 24h1s"}, {"default", "retention_period: 24h"}}}});
  EXPECT_EQ(retention(book), "1440m, ConfigMap production/wva-model-scale-to-zero-config, key default");
  EXPECT_EQ(book.longest_retention_period(), std::chrono::hours{24});
  EXPECT_THAT(warnings(book),
              ElementsAre("a: retention_period \"24h1s\" is not usable: more than 24h, the most outside "
                          "the adapter's own namespace; the next level applies to this field"));
}

TEST(PolicyPlaces, ASaturationEntryMayHoldScaleToZero) {
  const PolicyBook book =
      book_of({{saturation(),
                {{"default", "scaleToZero: {enabled: true, retentionPeriod: 5m}"},
                 {"a", "model_id: llama\nkvCacheThreshold: 0.9\nscaleToZero:\n  retentionPeriod: 1m"}}},
               {scale_to_zero(), {{"default", "enable_scale_to_zero: false\nretention_period: 9m"}}}});
  EXPECT_EQ(shown(book, llama), "on (default), 60s (a)");
  EXPECT_EQ(book.resolve(llama).scale_to_zero.enabled.source, "ConfigMap wva-saturation-scaling-config, key default");
  EXPECT_EQ(book.resolve(llama).saturation.kv_cache_threshold.value, 0.9);
  EXPECT_THAT(warnings(book), IsEmpty());
}

TEST(PolicyPlaces, WhatIsWrongInItIsNamedInFull) {
  const auto warned = [](const std::string& text) { return warnings(book_of({{saturation(), {{"default", text}}}})); };
  EXPECT_THAT(warned("scaleToZero: true"),
              ElementsAre("default: scaleToZero true is not a map with enabled and retentionPeriod; the whole key is "
                          "skipped"));
  EXPECT_THAT(warned("scaleToZero: {enabled: 1}"),
              ElementsAre("default: scaleToZero.enabled 1 is not a boolean: write true or false without quotes; the "
                          "whole key is skipped"));
  EXPECT_THAT(warned("scaleToZero: {retention_period: 5m}"),
              ElementsAre("default: unknown field \"scaleToZero.retention_period\" is ignored; did you mean "
                          "\"scaleToZero.retentionPeriod\"?"));
  EXPECT_THAT(warned("scaleToZero: {retentionPeriod: 0s}"),
              ElementsAre("default: scaleToZero.retentionPeriod \"0s\" is not usable: duration \"0s\" is not positive; "
                          "the next level applies to this field"));
}

TEST(PolicyPlaces, AKeyMayNameModelAndNamespace) {
  const PolicyBook book = book_of({{scale_to_zero(),
                                    {{"llama#production", "retention_period: 5m"},
                                     {"meta/llama#", "retention_period: 6m"},
                                     {"x#staging", "model_id: llama\nretention_period: 7m"}}}});
  EXPECT_EQ(retention(book), "5m, ConfigMap wva-model-scale-to-zero-config, key llama#production");
  EXPECT_EQ(retention(book, {"any", "meta/llama"}), "6m, ConfigMap wva-model-scale-to-zero-config, key meta/llama#");
  EXPECT_EQ(retention(book, {"staging", "llama"}), "7m, ConfigMap wva-model-scale-to-zero-config, key x#staging");
  EXPECT_THAT(warnings(book), ElementsAre("x#staging: model_id \"llama\" counts, not \"x\" as the key says"));
}

TEST(PolicyPlaces, WhiteSpaceAroundANameIsLeftOutWithAWarning) {
  const PolicyBook book =
      scale_to_zero_book({{"a", "model_id: |\n  llama\nnamespace: \" production\"\nretention_period: 5m"}});
  EXPECT_EQ(retention(book), "5m, ConfigMap model-scale-to-zero-config, key a");
  EXPECT_THAT(
      warnings(book),
      ElementsAre("a: model_id \"llama\\n\" has white space around it, which is left out: \"llama\" is meant",
                  "a: namespace \" production\" has white space around it, which is left out: \"production\" is "
                  "meant"));
}

TEST(PolicyPlaces, ANameThatNothingCanHaveIsReported) {
  for (const std::string& name :
       std::vector<std::string>{"*", "Production", "a_b", "-a", "a.b", std::string(64, 'a')}) {
    const PolicyBook book =
        scale_to_zero_book({{"a", "model_id: llama\nnamespace: \"" + name + "\"\nretention_period: 5m"}});
    EXPECT_EQ(retention(book), "10m, built-in default");
    EXPECT_THAT(warnings(book), ElementsAre("a: namespace \"" + name +
                                            "\" is no name that a namespace can have: leave it out to mean "
                                            "every namespace; the whole key is skipped"));
  }
  EXPECT_THAT(
      warnings(scale_to_zero_book({{"a", "model_id: \"*\"\nretention_period: 5m"}})),
      ElementsAre("a: model_id \"*\" is no wildcard: write what applies to every model under the key \"default\""));
}

// What one place says of the model and what another says of the namespace meet in the model only.
TEST(PolicyPlaces, ATriggerStaysBelowItsThresholdAcrossPlaces) {
  const PolicyBook book = book_of({{saturation("production"), {{"default", "kvSpareTrigger: 0.4"}}},
                                   {saturation(), {{"a", "model_id: llama\nkvCacheThreshold: 0.3"}}}});
  const SaturationPolicy policy = book.resolve(llama).saturation;
  EXPECT_EQ(policy.kv_cache_threshold.value, 0.3);
  EXPECT_EQ(policy.kv_spare_trigger.value, 0.1);
  EXPECT_EQ(book.resolve({"production", "other"}).saturation.kv_spare_trigger.value, 0.4);
}

}  // namespace
}  // namespace inferno
