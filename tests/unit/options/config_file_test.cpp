#include "adapter/options/config_file.hpp"

namespace inferno {
namespace {

using Texts = std::vector<std::string>;

std::string error_of(std::string_view text) {
  const auto parsed = parse_config_file("c.yaml", text);
  EXPECT_FALSE(parsed) << text;
  return parsed ? std::string{} : parsed.error().message;
}

TEST(ConfigFile, ReadsPlainValuesAndLists) {
  const auto parsed = parse_config_file("c.yaml",
                                        "secure-port: 8443\nexternal-metrics: no\nsignal-max-age: 2s\n"
                                        "prometheus-header: [\"A: 1\", \"B: 2\"]\nextra-label-matchers: []\n");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->path, "c.yaml");
  EXPECT_EQ(parsed->values, (std::map<std::string, Texts, std::less<>>{{"external-metrics", {"false"}},
                                                                       {"prometheus-header", {"A: 1", "B: 2"}},
                                                                       {"secure-port", {"8443"}},
                                                                       {"signal-max-age", {"2s"}}}));
}

TEST(ConfigFile, MayBeEmpty) {
  EXPECT_TRUE(parse_config_file("c.yaml", "").value().values.empty());
  EXPECT_TRUE(parse_config_file("c.yaml", "# all defaults\n").value().values.empty());
}

TEST(ConfigFile, AnUnknownKeyIsAnErrorThatSuggestsTheNearest) {
  EXPECT_EQ(error_of("secure_port: 1\n"), "c.yaml: unknown key \"secure_port\"; did you mean \"secure-port\"?");
  EXPECT_EQ(error_of("zzz: 1\n"), "c.yaml: unknown key \"zzz\"; --help lists the options");
  EXPECT_EQ(error_of("config: other.yaml\n").substr(0, 28), "c.yaml: unknown key \"config\"");
  EXPECT_EQ(error_of("\"\": 1\n"), "c.yaml: unknown key \"\"; --help lists the options");
}

TEST(ConfigFile, AValueOfTheWrongShapeIsAnError) {
  EXPECT_EQ(error_of("secure-port: [1, 2]\n"), "c.yaml: \"secure-port\" takes one value, not a list");
  EXPECT_EQ(error_of("secure-port: {a: 1}\n"), "c.yaml: \"secure-port\" needs a plain value");
  EXPECT_EQ(error_of("secure-port:\n"), "c.yaml: \"secure-port\" needs a plain value");
  EXPECT_EQ(error_of("prometheus-header: [{A: 1}]\n"),
            "c.yaml: \"prometheus-header\" needs a plain value or a list of them");
  EXPECT_EQ(error_of("- a\n"), "c.yaml: a map of options to values is expected");
}

TEST(ConfigFile, BrokenYamlNamesTheLine) {
  EXPECT_EQ(error_of("secure-port: 1\nsecure-port: 2\n"), "c.yaml: line 2: key \"secure-port\" is written twice");
}

}  // namespace
}  // namespace inferno
