#include "server/auth/field_selector.hpp"

namespace inferno::server {
namespace {

using Requirements = std::vector<FieldRequirement>;

TEST(FieldSelector, IsTermsWithAnOperatorSorted) {
  EXPECT_EQ(parse_field_selector(""), Requirements{});
  EXPECT_EQ(parse_field_selector("metadata.name=x"), (Requirements{{"metadata.name", "x", true}}));
  EXPECT_EQ(parse_field_selector("b==2,,a!=1,c="),
            (Requirements{{"a", "1", false}, {"b", "2", true}, {"c", "", true}}));
}

TEST(FieldSelector, HasEscapedValues) {
  EXPECT_EQ(parse_field_selector(R"(a=x\,y\=z\\)"), (Requirements{{"a", R"(x,y=z\)", true}}));
}

TEST(FieldSelector, MayBeNone) {
  for (const char* text : {"a", "a=1,b", "a=b=c", R"(a=\x)", R"(a=\)"}) {
    EXPECT_FALSE(parse_field_selector(text)) << text;
  }
}

}  // namespace
}  // namespace inferno::server
