// What makes a key or a field of the scale-to-zero ConfigMap unusable, and what is said about it.
#include "tests/unit/policy/policy_case.hpp"

namespace inferno {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const ModelKey model{"n", "m"};

TEST(ScaleToZeroEntry, AnInvalidRetentionPeriodFallsToTheNextLevelForThatFieldOnly) {
  for (const auto& [written, cause] : std::map<std::string, std::string>{
           {"\"10 minutes\"",
            "\"10 minutes\" is not usable: time: unknown unit \" minutes\" in duration \"10 minutes\""},
           {"10", "\"10\" is not usable: time: missing unit in duration \"10\""},
           {"-5m", "\"-5m\" is not usable: duration \"-5m\" is not positive"},
           {"0s", "\"0s\" is not usable: duration \"0s\" is not positive"},
           {"\"\"", "\"\" is not usable: time: invalid duration \"\""},
       }) {
    const PolicyBook book = scale_to_zero_book({
        {"a", "model_id: m\nenable_scale_to_zero: true\nretention_period: " + written},
        {"default", "retention_period: 7m"},
    });
    EXPECT_EQ(shown(book, model), "on (a), 420s (default)") << written;
    EXPECT_THAT(warnings(book), ElementsAre("a: retention_period " + cause + "; the next level applies to this field"));
  }
}

TEST(ScaleToZeroEntry, AnInvalidRetentionPeriodOfTheDefaultFallsToTheBuiltInOne) {
  const PolicyBook book = scale_to_zero_book({{"default", "enable_scale_to_zero: true\nretention_period: soon"}});
  EXPECT_EQ(shown(book, model), "on (default), 600s (built-in)");
  EXPECT_EQ(book.warnings().size(), 1U);
}

TEST(ScaleToZeroEntry, TheWarningNamesTheConfigMap) {
  const PolicyBook book = scale_to_zero_book({{"default", "retention_period: soon"}});
  ASSERT_EQ(book.warnings().size(), 1U);
  EXPECT_EQ(book.warnings()[0].config_map, "model-scale-to-zero-config");
  EXPECT_EQ(book.warnings()[0].key, "default");
}

TEST(ScaleToZeroEntry, WithoutModelIdTheKeyIsSkipped) {
  for (const char* text :
       {"enable_scale_to_zero: true", "model_id: \"\"\nenable_scale_to_zero: true", "", "# nothing"}) {
    const PolicyBook book = scale_to_zero_book({{"a", text}});
    EXPECT_EQ(shown(book, model), "off (built-in), 600s (built-in)");
    EXPECT_THAT(
        warnings(book),
        ElementsAre("a: model_id is missing: only the key \"default\" applies without one; the whole key is skipped"));
  }
}

TEST(ScaleToZeroEntry, AnEmptyDefaultIsNoMistake) {
  for (const char* text : {"", "# nothing", "enable_scale_to_zero:\nretention_period: ~"}) {
    const PolicyBook book = scale_to_zero_book({{"default", text}});
    EXPECT_EQ(shown(book, model), "off (built-in), 600s (built-in)");
    EXPECT_THAT(warnings(book), IsEmpty());
  }
}

TEST(ScaleToZeroEntry, AKeyThatDoesNotParseIsSkippedAndTheOthersApply) {
  const PolicyBook book = scale_to_zero_book({
      {"a", "model_id: [m"},
      {"b", "just text"},
      {"c", "model_id: m\nmodel_id: m2"},
      {"default", "enable_scale_to_zero: true"},
  });
  EXPECT_EQ(shown(book, model), "on (default), 600s (built-in)");
  EXPECT_THAT(warnings(book),
              ElementsAre(StartsWith("a: not valid YAML: line "),
                          "b: holds \"just text\", where fields such as \"enable_scale_to_zero: ...\" are expected; "
                          "the whole key is skipped",
                          "c: not valid YAML: line 2: key \"model_id\" is written twice; the whole key is skipped"));
}

TEST(ScaleToZeroEntry, AWrongTypeSkipsTheWholeKey) {
  for (const auto& [field, message] : std::map<std::string, std::string>{
           {"enable_scale_to_zero: \"true\"",
            "enable_scale_to_zero \"true\" is not a boolean: write true or false without quotes"},
           {"enable_scale_to_zero: 1", "enable_scale_to_zero 1 is not a boolean: write true or false without quotes"},
           {"retention_period: [5m]", "retention_period [\"5m\"] is not a duration such as \"10m\""},
           {"namespace: 5", "namespace 5 is not text: put it in quotes"},
       }) {
    const PolicyBook book = scale_to_zero_book({{"a", "model_id: m\n" + field}, {"default", "retention_period: 7m"}});
    EXPECT_EQ(shown(book, model), "off (built-in), 420s (default)") << field;
    EXPECT_THAT(warnings(book), ElementsAre("a: " + message + "; the whole key is skipped"));
  }
}

TEST(ScaleToZeroEntry, BooleansAreThoseOfGosYaml) {
  for (const char* text : {"true", "True", "TRUE", "yes", "Yes", "on", "y"}) {
    EXPECT_EQ(shown(scale_to_zero_book({{"default", std::string("enable_scale_to_zero: ") + text}}), model),
              "on (default), 600s (built-in)");
  }
  for (const char* text : {"false", "False", "FALSE", "no", "off", "n"}) {
    EXPECT_EQ(shown(scale_to_zero_book({{"default", std::string("enable_scale_to_zero: ") + text}}, "true"), model),
              "off (default), 600s (built-in)");
  }
}

TEST(ScaleToZeroEntry, ANameThatLooksLikeABooleanOfOldIsStillAName) {
  const PolicyBook book = scale_to_zero_book({{"a", "model_id: on\nnamespace: n\nenable_scale_to_zero: true"}});
  EXPECT_EQ(shown(book, {"n", "on"}), "on (a), 600s (built-in)");
  EXPECT_THAT(warnings(book), IsEmpty());
}

TEST(ScaleToZeroEntry, AnUnknownFieldWarnsAndTheRestApplies) {
  const PolicyBook book = scale_to_zero_book(
      {{"a", "model_id: m\nretentionPeriod: 5m\nenable_scale_to_zero: true"}, {"default", "colour: red"}});
  EXPECT_EQ(shown(book, model), "on (a), 600s (built-in)");
  EXPECT_THAT(warnings(book),
              ElementsAre("a: unknown field \"retentionPeriod\" is ignored; did you mean \"retention_period\"?",
                          "default: unknown field \"colour\" is ignored"));
}

TEST(ScaleToZeroEntry, TheDefaultAppliesToEveryModelWhateverItsModelIdSays) {
  const PolicyBook book = scale_to_zero_book({{"default", "model_id: other\nenable_scale_to_zero: true"}});
  EXPECT_EQ(shown(book, model), "on (default), 600s (built-in)");
  EXPECT_THAT(warnings(book),
              ElementsAre("default: model_id has no effect under the key \"default\", which applies to every model"));
}

TEST(ScaleToZeroEntry, AWarningStaysShortWhateverTheConfigMapHolds) {
  const PolicyBook book =
      scale_to_zero_book({{"default", "retention_period: \"" + std::string(100'000, 'x') + "\\n\""}});
  ASSERT_EQ(book.warnings().size(), 1U);
  EXPECT_LT(book.warnings()[0].message.size(), 500U);
}

}  // namespace
}  // namespace inferno
