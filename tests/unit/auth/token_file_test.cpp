#include "server/auth/token_file.hpp"

namespace inferno::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(TokenFile, IsTokenUserUidAndGroups) {
  std::vector<std::string> warnings;
  const auto file = TokenFile::parse(
      "secret-1,alice,1\n"
      "\n"
      "secret-2,bob,2,\"group-1,group-2\"\r\n"
      "\"with \"\"quotes\"\", and comma\",carol,3,group-3",
      warnings);
  ASSERT_TRUE(file);
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_EQ(file->find("secret-1")->name, "alice");
  EXPECT_EQ(file->find("secret-1")->uid, "1");
  EXPECT_THAT(file->find("secret-1")->groups, IsEmpty());
  EXPECT_EQ(file->find("secret-2")->name, "bob");
  EXPECT_THAT(file->find("secret-2")->groups, ElementsAre("group-1", "group-2"));
  EXPECT_EQ(file->find("with \"quotes\", and comma")->name, "carol");
  EXPECT_THAT(file->find("with \"quotes\", and comma")->groups, ElementsAre("group-3"));
}

TEST(TokenFile, KnowsNoOtherToken) {
  std::vector<std::string> warnings;
  const auto file = TokenFile::parse("secret,alice,1\n", warnings);
  ASSERT_TRUE(file);
  for (const char* token : {"", "s", "secre", "secret ", "secret\n", "SECRET", "alice"}) {
    EXPECT_FALSE(file->find(token)) << token;
  }
}

TEST(TokenFile, AnEmptyTokenNeverMatchesAndTheLaterOfTwoLinesHolds) {
  std::vector<std::string> warnings;
  const auto file = TokenFile::parse(",nobody,0\nsecret,alice,1\nsecret,bob,2\n", warnings);
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->find(""));
  EXPECT_EQ(file->find("secret")->name, "bob");
  EXPECT_EQ(file->size(), 1U);
  EXPECT_THAT(warnings, ElementsAre("line 1: empty token, passed over",
                                    "line 3: the same token as an earlier line, which it replaces"));
}

struct BadFile {
  const char* text;
  std::size_t line;
  const char* message;
};

class TokenFileRefused : public ::testing::TestWithParam<BadFile> {};

TEST_P(TokenFileRefused, NamingTheLineButNoToken) {
  std::vector<std::string> warnings;
  const auto file = TokenFile::parse(GetParam().text, warnings);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().line, GetParam().line);
  EXPECT_THAT(file.error().message, HasSubstr(GetParam().message));
  EXPECT_THAT(file.error().message, Not(HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(Cases, TokenFileRefused,
                         ::testing::Values(BadFile{"secret,alice,1\nsecret", 2, "it has 1 column"},
                                           BadFile{"secret,alice", 1, "it has 2 columns"},
                                           BadFile{"secret,,1", 1, "empty user name"},
                                           BadFile{"\n\"secret,alice,1", 2, "without its closing quote"},
                                           BadFile{"se\"cret,alice,1", 1, "a quote inside a field"},
                                           BadFile{"\"secret\"x,alice,1", 1, "text after a closing quote"}));

}  // namespace
}  // namespace inferno::server
