// Which level sets a field: (model_id and namespace) > (model_id) > "default" > WVA_SCALE_TO_ZERO > built-in.
#include "tests/unit/policy/policy_case.hpp"

namespace inferno {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const ModelKey llama{"production", "meta/llama-3.1-8b"};

TEST(PolicyResolution, WithoutConfigMapAndEnvironmentTheBuiltInDefaultsApply) {
  const PolicyBook book = PolicyBook::parse({});
  EXPECT_EQ(shown(book, llama), "off (built-in), 600s (built-in)");
  EXPECT_EQ(book.resolve(llama).scale_to_zero.enabled.source, "built-in default");
  EXPECT_THAT(warnings(book), IsEmpty());
}

TEST(PolicyResolution, TheEnvironmentEnablesOnlyWithTrueInAnyCase) {
  for (const char* text : {"true", "True", "TRUE", "tRuE"}) {
    EXPECT_EQ(shown(scale_to_zero_book({}, text), llama), "on (environment), 600s (built-in)") << text;
  }
  for (const char* text : {"false", "1", "yes", "true "}) {
    EXPECT_EQ(shown(scale_to_zero_book({}, text), llama), "off (environment), 600s (built-in)") << text;
  }
  EXPECT_EQ(shown(scale_to_zero_book({}, ""), llama), "off (built-in), 600s (built-in)");
}

TEST(PolicyResolution, NamesTheSourceInFull) {
  const PolicyBook book = scale_to_zero_book({{"default", "retention_period: 1m"}}, "true");
  const ScaleToZeroPolicy policy = book.resolve(llama).scale_to_zero;
  EXPECT_EQ(policy.enabled.source, "environment WVA_SCALE_TO_ZERO");
  EXPECT_EQ(policy.retention_period.source, "ConfigMap model-scale-to-zero-config, key default");
}

TEST(PolicyResolution, EachFieldResolvesOnItsOwn) {
  const PolicyBook book = scale_to_zero_book({
      {"default", "enable_scale_to_zero: true\nretention_period: 15m"},
      {"any", "model_id: meta/llama-3.1-8b\nretention_period: 5m"},
      {"prod", "model_id: meta/llama-3.1-8b\nnamespace: production\nenable_scale_to_zero: false"},
  });
  EXPECT_EQ(shown(book, llama), "off (prod), 300s (any)");
  EXPECT_EQ(shown(book, {"staging", "meta/llama-3.1-8b"}), "on (default), 300s (any)");
  EXPECT_EQ(shown(book, {"production", "other"}), "on (default), 900s (default)");
}

TEST(PolicyResolution, DisablingInTheConfigMapBeatsTheEnvironment) {
  EXPECT_EQ(shown(scale_to_zero_book({{"default", "enable_scale_to_zero: false"}}, "true"), llama),
            "off (default), 600s (built-in)");
}

TEST(PolicyResolution, AnEntryForAnotherNamespaceNeverApplies) {
  const PolicyBook book =
      scale_to_zero_book({{"dev", "model_id: meta/llama-3.1-8b\nnamespace: development\nenable_scale_to_zero: true"}});
  EXPECT_EQ(shown(book, llama), "off (built-in), 600s (built-in)");
}

TEST(PolicyResolution, AnEmptyNamespaceMeansEveryNamespace) {
  const PolicyBook book =
      scale_to_zero_book({{"a", "model_id: meta/llama-3.1-8b\nnamespace: \"\"\nenable_scale_to_zero: true"}});
  EXPECT_EQ(shown(book, llama), "on (a), 600s (built-in)");
}

TEST(PolicyResolution, ModelsAreComparedExactly) {
  const PolicyBook book = scale_to_zero_book({{"a", "model_id: Meta/llama-3.1-8b\nenable_scale_to_zero: true"}});
  EXPECT_EQ(shown(book, llama), "off (built-in), 600s (built-in)");
}

TEST(PolicyResolution, OfTwoKeysForTheSameModelTheFirstInByteOrderWins) {
  const PolicyBook book = scale_to_zero_book({
      {"Z", "model_id: meta/llama-3.1-8b\nretention_period: 1m"},
      {"a", "model_id: meta/llama-3.1-8b\nretention_period: 2m\nenable_scale_to_zero: true"},
      {"n1", "model_id: meta/llama-3.1-8b\nnamespace: production\nretention_period: 3m"},
      {"n2", "model_id: meta/llama-3.1-8b\nnamespace: production\nretention_period: 4m"},
  });
  EXPECT_EQ(shown(book, llama), "off (built-in), 180s (n1)");
  EXPECT_EQ(shown(book, {"other", "meta/llama-3.1-8b"}), "off (built-in), 60s (Z)");
  EXPECT_THAT(
      warnings(book),
      ElementsAre(
          "a: model_id \"meta/llama-3.1-8b\" is already set by key \"Z\", which wins; key \"a\" is skipped",
          "n2: model_id \"meta/llama-3.1-8b\" in namespace \"production\" is already set by key \"n1\", which wins; "
          "key \"n2\" is skipped"));
}

TEST(PolicyResolution, ASkippedKeyDoesNotClaimItsModel) {
  const PolicyBook book = scale_to_zero_book({
      {"a", "model_id: meta/llama-3.1-8b\nenable_scale_to_zero: 5"},
      {"b", "model_id: meta/llama-3.1-8b\nenable_scale_to_zero: true"},
  });
  EXPECT_EQ(shown(book, llama), "on (b), 600s (built-in)");
  EXPECT_EQ(book.warnings().size(), 1U);
}

TEST(PolicyResolution, TheLongestRetentionPeriodIsOverAllEntriesAndTheDefault) {
  using namespace std::chrono_literals;
  EXPECT_EQ(PolicyBook::parse({}).longest_retention_period(), 10min);
  EXPECT_EQ(scale_to_zero_book({{"default", "retention_period: 1m"}}).longest_retention_period(), 10min);
  EXPECT_EQ(scale_to_zero_book(
                {{"a", "model_id: x\nnamespace: n\nretention_period: 2h"}, {"default", "retention_period: 1h"}})
                .longest_retention_period(),
            2h);
}

TEST(PolicyResolution, ConfigMapNamesAreThoseGiven) {
  PolicySources sources;
  sources.scale_to_zero_name = "zero";
  sources.scale_to_zero = Entries{{"default", "retention_period: 1m"}, {"x", "retention_period: 1m"}};
  sources.saturation_name = "full";
  sources.saturation = Entries{{"default", "drainSeconds: 30"}};
  const PolicyBook book = PolicyBook::parse(sources);
  EXPECT_EQ(book.resolve(llama).scale_to_zero.retention_period.source, "ConfigMap zero, key default");
  EXPECT_EQ(book.resolve(llama).saturation.drain_seconds.source, "ConfigMap full, key default");
  ASSERT_EQ(book.warnings().size(), 1U);
  EXPECT_EQ(book.warnings()[0].config_map, "zero");
}

}  // namespace
}  // namespace inferno
