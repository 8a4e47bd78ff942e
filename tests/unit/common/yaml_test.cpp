#include "adapter/common/yaml.hpp"

namespace inferno {
namespace {

using Json = nlohmann::json;

Json value_of(std::string_view text) {
  const auto parsed = parse_yaml(text);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->value : Json{};
}

std::string error_of(std::string_view text) {
  const auto parsed = parse_yaml_documents(text);
  EXPECT_FALSE(parsed) << text;
  return parsed ? std::string{} : parsed.error().message;
}

// What `kubectl annotate --local -o json` makes of the same texts.
TEST(Yaml, ResolvesScalarsAsKubectlDoes) {
  const Json expected = Json::parse(R"({
    "a": true, "b": true, "c": true, "d": "yes", "e": true, "f": 12, "g": 1000, "h": 12, "i": 1000.0, "j": null, "l": 12000.0,
    "m": "2020-01-01", "o": true, "p": false, "q": null, "r": 1, "s": 0.5, "t": 1.0, "u": "1:30", "w": 16, "x": -3, "z": "-"
  })");
  EXPECT_EQ(value_of("{a: y, b: yes, c: on, d: \"yes\", e: True, f: 0o14, g: 1_000, h: 014, i: 1e3, j: ~, l: 12e03, m: "
                     "2020-01-01, "
                     "o: TRUE, p: N, q: Null, r: +1, s: .5, t: 1., u: 1:30, w: 0x10, x: -3, z: '-'}"),
            expected);
}

TEST(Yaml, LeavesTheOldBooleansAsTextWhereAskedTo) {
  const auto parsed = parse_yaml("[y, no, On, true, FALSE]", YamlBooleans::yaml_1_2);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value, Json({"y", "no", "On", true, false}));
}

TEST(Yaml, KeepsWhatJsonCannotHoldAsText) {
  EXPECT_EQ(value_of("[.inf, .nan, -.inf, 1e999]"), Json({".inf", ".nan", "-.inf", "1e999"}));
}

TEST(Yaml, KeepsIntegersExact) {
  EXPECT_EQ(value_of("[9223372036854775807, -9223372036854775808, 18446744073709551615]"),
            Json({INT64_MAX, INT64_MIN, UINT64_MAX}));
}

TEST(Yaml, HonoursTagsAndBlockText) {
  EXPECT_EQ(value_of("a: !!str 5\nb: |\n  x: 1\n  y: 2\n"), Json({{"a", "5"}, {"b", "x: 1\ny: 2\n"}}));
}

TEST(Yaml, ReadsEveryDocumentWithItsLine) {
  const auto documents = parse_yaml_documents("a: 1\n---\n# nothing\n---\nb: 2\n");
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 2U);
  EXPECT_EQ((*documents)[0].value, Json({{"a", 1}}));
  EXPECT_EQ((*documents)[0].line, 1U);
  EXPECT_EQ((*documents)[1].value, Json({{"b", 2}}));
  EXPECT_EQ((*documents)[1].line, 5U);
}

TEST(Yaml, KeepsADirectiveWithTheDocumentThatItBelongsTo) {
  const auto documents = parse_yaml_documents("# head\n%YAML 1.2\n---\na: |\n  --- text\n...\n--- {b: 2}\n---\n");
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 2U);
  EXPECT_EQ((*documents)[0].value, Json({{"a", "--- text\n"}}));
  EXPECT_EQ((*documents)[1].value, Json({{"b", 2}}));
  EXPECT_EQ((*documents)[1].line, 7U);
}

TEST(Yaml, AnEmptyTextIsNull) {
  EXPECT_EQ(value_of(""), Json(nullptr));
  EXPECT_EQ(value_of("# only a comment\n"), Json(nullptr));
}

TEST(Yaml, ExpandsAliasesAndMergeKeys) {
  EXPECT_EQ(value_of("base: &base {a: 1, b: 2}\nderived:\n  <<: *base\n  b: 3\nlist: {<<: [{c: 1}, {c: 2, d: 4}]}\n"),
            Json({{"base", {{"a", 1}, {"b", 2}}}, {"derived", {{"a", 1}, {"b", 3}}}, {"list", {{"c", 1}, {"d", 4}}}}));
}

TEST(Yaml, NamesTheLineOfAnError) {
  EXPECT_EQ(error_of("a: 1\nb: [1, 2\nc: 3\n").substr(0, 5), "line ");
  EXPECT_EQ(error_of("a: 1\na: 2\n"), "line 2: key \"a\" is written twice");
  EXPECT_EQ(error_of("a: 1\n? [x]\n: 2\n"), "line 2: a key must be text");
  EXPECT_EQ(error_of("<<: 5\n"), "line 1: the merge key << needs a map");
}

TEST(Yaml, CountsTheLinesOfAllDocumentsBeforeAnError) {
  const auto syntax = parse_yaml_documents("a: 1\n---\nb: 2\n---\nc: [\n");
  ASSERT_FALSE(syntax);
  EXPECT_TRUE(syntax.error().message.starts_with("line 6: ")) << syntax.error().message;
  const auto repeated = parse_yaml_documents("a: 1\n---\nb: 2\nb: 3\n");
  ASSERT_FALSE(repeated);
  EXPECT_EQ(repeated.error().message, "line 4: key \"b\" is written twice");
}

TEST(Yaml, RefusesWhatNeverEnds) {
  EXPECT_EQ(error_of("a: &a [*a]\n"), "line 1: an alias within the very thing it stands for");
  std::string bomb = "x0: &x0 [1,1,1,1,1,1,1,1,1,1]\n";
  for (int level = 1; level < 8; ++level) {
    const std::string below = "*x" + std::to_string(level - 1);
    bomb += "x" + std::to_string(level) + ": &x" + std::to_string(level) + " [";
    for (int copy = 0; copy < 10; ++copy) bomb += (copy == 0 ? "" : ",") + below;
    bomb += "]\n";
  }
  EXPECT_THAT(error_of(bomb), testing::HasSubstr("aliases expand to more than 10"));
}

// yaml-cpp takes a lone comma for an endless row of empty documents.
TEST(Yaml, RefusesTextThatStartsNothing) {
  EXPECT_EQ(error_of(","), "line 1: unexpected text");
  EXPECT_EQ(error_of("---\n,\n---\nb: 2\n"), "line 2: unexpected text");
  EXPECT_EQ(error_of("]"), "line 1: illegal flow end");
}

TEST(Yaml, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(error_of("a: 1\nb: \xFF\n"), "line 2: not valid UTF-8");
}

TEST(Yaml, RefusesControlCharactersButNotTheirEscapes) {
  EXPECT_EQ(error_of(std::string_view("a: 1\nb: x\0y\n", 11)), "line 2: control characters are not allowed");
  EXPECT_EQ(error_of("a: 1\x04\nb: 2\n"), "line 1: control characters are not allowed");
  EXPECT_EQ(value_of("a: \"\\x04\"\t# tab\r\n"), Json({{"a", "\x04"}}));
}

TEST(Yaml, AKeyMayBeAnAliasOfAText) {
  EXPECT_EQ(value_of("a: &k name\n*k : 1\n"), Json({{"a", "name"}, {"name", 1}}));
  EXPECT_EQ(error_of("a: &k [x]\n*k : 1\n"), "line 2: a key must be text");
}

TEST(Yaml, AnchorsAreThoseOfOneDocument) {
  EXPECT_EQ(error_of("a: &k 1\n---\nb: *k\n").substr(0, 8), "line 3: ");
}

TEST(Yaml, AliasesDeepenWhatTheyAreIn) {
  const std::string deep = "a: &a " + std::string(60, '[') + std::string(60, ']') + "\nb: ";
  EXPECT_THAT(error_of(deep + std::string(60, '[') + "*a" + std::string(60, ']')),
              testing::HasSubstr("nested deeper than"));
  EXPECT_TRUE(parse_yaml(deep + "[*a]"));
}

TEST(Yaml, RefusesDeepNestingWithoutExhaustingTheStack) {
  EXPECT_THAT(error_of(std::string(100'000, '[')), testing::StartsWith("line "));
  EXPECT_THAT(error_of(std::string(200, '[') + std::string(200, ']')), testing::HasSubstr("nested deeper than"));
}

}  // namespace
}  // namespace inferno
