// The guide's option tables are those of the program: a new option, name, default or meaning has to be written there
// too.
#include <fstream>
#include <iterator>

#include "adapter/options/option_table.hpp"

namespace inferno {
namespace {

std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + std::string(text) + "`";
}

// The row of an option: | `--name VALUE` | environment | default | meaning |
std::string row_of(const OptionDefinition& option) {
  std::string flag;
  std::string environment;
  if (!option.name.empty()) {
    flag = (option.name.size() == 1 ? "-" : "--") + std::string(option.name);
    if (!option.is_boolean()) flag += " " + std::string(option.value_name);
    environment = code(environment_name(option.name));
  }
  if (!option.environment.empty()) environment += (environment.empty() ? "" : ", ") + code(option.environment);
  return "| " + code(flag) + " | " + environment + " | " + code(option.default_text) + " | " +
         std::string(option.help) + (option.repeatable ? " (repeatable)" : "") + " |\n";
}

TEST(ConfigurationGuide, ListsEveryOptionAsItIs) {
  std::ifstream stream(INFERNO_CONFIGURATION_GUIDE);
  ASSERT_TRUE(stream) << INFERNO_CONFIGURATION_GUIDE;
  const std::string guide{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  for (const OptionDefinition& option : option_table()) EXPECT_THAT(guide, testing::HasSubstr(row_of(option)));
}

TEST(ConfigurationGuide, ListsNoOptionThatIsGone) {
  std::ifstream stream(INFERNO_CONFIGURATION_GUIDE);
  std::size_t rows = 0;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("| `--") || line.starts_with("| `-v")) ++rows;
  }
  std::size_t options = 0;
  for (const OptionDefinition& option : option_table()) options += option.name.empty() ? 0U : 1U;
  EXPECT_EQ(rows, options);
}

}  // namespace
}  // namespace inferno
