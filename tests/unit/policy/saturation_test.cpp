// The saturation ConfigMap: ranges, inheritance, and the rule that ties a trigger to its threshold.
#include "tests/unit/policy/policy_case.hpp"

namespace inferno {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const ModelKey model{"n", "m"};

std::vector<double> values(const PolicyBook& book, const ModelKey& of = model) {
  const SaturationPolicy policy = book.resolve(of).saturation;
  return {policy.kv_cache_threshold.value,  policy.queue_length_threshold.value, policy.kv_spare_trigger.value,
          policy.queue_spare_trigger.value, policy.target_utilization.value,     policy.drain_seconds.value};
}

TEST(Saturation, DefaultsAreBuiltIn) {
  EXPECT_THAT(values(PolicyBook::parse({})), ElementsAre(0.80, 5, 0.10, 3, 0.85, 60));
  EXPECT_EQ(PolicyBook::parse({}).resolve(model).saturation.kv_cache_threshold.source, "built-in default");
}

TEST(Saturation, EachFieldInheritsOnItsOwn) {
  const PolicyBook book = saturation_book({
      {"default", "kvCacheThreshold: 0.9\ndrainSeconds: 30"},
      {"m", "model_id: m\nqueueLengthThreshold: 10"},
      {"mn", "model_id: m\nnamespace: n\nkvSpareTrigger: 0.2"},
  });
  EXPECT_THAT(values(book), ElementsAre(0.9, 10, 0.2, 3, 0.85, 30));
  EXPECT_THAT(values(book, {"other", "m"}), ElementsAre(0.9, 10, 0.10, 3, 0.85, 30));
  EXPECT_EQ(book.resolve(model).saturation.kv_spare_trigger.source, "ConfigMap saturation-scaling-config, key mn");
  EXPECT_THAT(warnings(book), IsEmpty());
}

TEST(Saturation, TheEndsOfTheRangesAreAllowed) {
  const PolicyBook book = saturation_book({{"default",
                                            "kvCacheThreshold: 1\nqueueLengthThreshold: 1\nkvSpareTrigger: 0\n"
                                            "queueSpareTrigger: 0\ntargetUtilization: 1\ndrainSeconds: 0.5"}});
  EXPECT_THAT(values(book), ElementsAre(1, 1, 0, 0, 1, 0.5));
  EXPECT_THAT(warnings(book), IsEmpty());
}

TEST(Saturation, AValueOutOfRangeFallsToTheNextLevel) {
  for (const auto& [field, range] : std::map<std::string, std::string>{
           {"kvCacheThreshold: 0", "kvCacheThreshold 0 is out of range, must be over 0 and at most 1"},
           {"kvCacheThreshold: 80", "kvCacheThreshold 80 is out of range, must be over 0 and at most 1"},
           {"queueLengthThreshold: 0", "queueLengthThreshold 0 is out of range, must be over 0"},
           {"queueLengthThreshold: -1", "queueLengthThreshold -1 is out of range, must be over 0"},
           {"kvSpareTrigger: -0.1", "kvSpareTrigger -0.1 is out of range, must be from 0 to 1"},
           {"queueSpareTrigger: -1", "queueSpareTrigger -1 is out of range, must be 0 or more"},
           {"targetUtilization: 0", "targetUtilization 0 is out of range, must be over 0 and at most 1"},
           {"targetUtilization: 1.01", "targetUtilization 1.01 is out of range, must be over 0 and at most 1"},
           {"drainSeconds: 0", "drainSeconds 0 is out of range, must be over 0"},
       }) {
    const PolicyBook book = saturation_book({{"default", field}});
    EXPECT_THAT(values(book), ElementsAre(0.80, 5, 0.10, 3, 0.85, 60)) << field;
    EXPECT_THAT(warnings(book), ElementsAre("default: " + range + "; the next level applies to this field"));
  }
}

TEST(Saturation, AWrongTypeSkipsTheWholeKey) {
  for (const char* written : {"\"0.5\"", ".inf", ".nan", "true", "[0.5]"}) {
    const PolicyBook book =
        saturation_book({{"default", std::string("drainSeconds: 30\nkvCacheThreshold: ") + written}});
    EXPECT_THAT(values(book), ElementsAre(0.80, 5, 0.10, 3, 0.85, 60)) << written;
    EXPECT_EQ(book.warnings().size(), 1U);
  }
}

TEST(Saturation, AnEntryThatContradictsItselfLosesItsTrigger) {
  const PolicyBook book = saturation_book({{"m", "model_id: m\nkvCacheThreshold: 0.5\nkvSpareTrigger: 0.5"}});
  EXPECT_THAT(values(book), ElementsAre(0.5, 5, 0.10, 3, 0.85, 60));
  EXPECT_THAT(
      warnings(book),
      ElementsAre(
          "m: kvSpareTrigger 0.5 (ConfigMap saturation-scaling-config, key m) is not below kvCacheThreshold 0.5 "
          "(ConfigMap saturation-scaling-config, key m); the next level applies to kvSpareTrigger"));
}

TEST(Saturation, AThresholdThatContradictsTheInheritedTriggerFallsToTheNextLevel) {
  const PolicyBook book = saturation_book({
      {"default", "queueLengthThreshold: 8\nqueueSpareTrigger: 4"},
      {"m", "model_id: m\nqueueLengthThreshold: 4"},
      {"mn", "model_id: m\nnamespace: n\nqueueSpareTrigger: 6"},
  });
  EXPECT_THAT(values(book), ElementsAre(0.80, 8, 0.10, 6, 0.85, 60));
  EXPECT_THAT(
      warnings(book),
      ElementsAre("m: queueSpareTrigger 4 (ConfigMap saturation-scaling-config, key default) is not below "
                  "queueLengthThreshold 4 "
                  "(ConfigMap saturation-scaling-config, key m); the next level applies to queueLengthThreshold"));
}

TEST(Saturation, WhenNeitherOwnFieldFitsBothFallToTheNextLevel) {
  const PolicyBook book = saturation_book({{"m", "model_id: m\nkvCacheThreshold: 0.05\nkvSpareTrigger: 0.06"}});
  EXPECT_THAT(values(book), ElementsAre(0.80, 5, 0.10, 3, 0.85, 60));
  EXPECT_EQ(book.warnings().size(), 2U);
}

// Whatever the entries say, a decision can rely on trigger < threshold.
TEST(Saturation, EveryResolvedPairIsConsistent) {
  const std::vector<std::string> fields{"",
                                        "\nkvCacheThreshold: 0.05",
                                        "\nkvCacheThreshold: 0.5",
                                        "\nkvSpareTrigger: 0.6",
                                        "\nkvSpareTrigger: 0.02",
                                        "\nkvCacheThreshold: 0.3\nkvSpareTrigger: 0.4"};
  for (const std::string& top : fields) {
    for (const std::string& middle : fields) {
      for (const std::string& bottom : fields) {
        const PolicyBook book = saturation_book(
            {{"default", bottom}, {"m", "model_id: m" + middle}, {"mn", "model_id: m\nnamespace: n" + top}});
        for (const ModelKey& of : {model, ModelKey{"x", "m"}, ModelKey{"x", "y"}}) {
          const SaturationPolicy policy = book.resolve(of).saturation;
          EXPECT_LT(policy.kv_spare_trigger.value, policy.kv_cache_threshold.value) << top << middle << bottom;
        }
      }
    }
  }
}

}  // namespace
}  // namespace inferno
