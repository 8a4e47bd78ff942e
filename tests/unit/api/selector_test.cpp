// What is accepted and refused here agrees with labels.Parse of k8s.io/apimachinery, case by case.
#include "server/api/selector.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace inferno::server {
namespace {

Result<LabelSelector> parse(std::string_view text) {
  return LabelSelector::parse(text, "labelSelector");
}

const std::string name_of_63(63, 'a');
const std::string name_of_64(64, 'a');
const std::string prefix_of_253 = name_of_63 + '.' + name_of_63 + '.' + name_of_63 + '.' + std::string(61, 'a');

class Accepted : public testing::TestWithParam<std::string> {};
TEST_P(Accepted, Selector) {
  const auto selector = parse(GetParam());
  EXPECT_TRUE(selector) << (selector ? "" : selector.error().message);
}

INSTANTIATE_TEST_SUITE_P(Selectors, Accepted,
                         testing::Values("", " ", "\t\r\n", "x", "!x", "! x", "x=a", "x = a", "x==a", "x!=a",
                                         "x=", "x= ", "x=,z= ", "x= ,z= ", "x==", "x!=", "x>1", "x<1", "x>1,z<5",
                                         "x=a,y=b,z=c", "x in (a)", "x in (a,b)", "x in(a)", "x notin (a,b)", "x in ()",
                                         "x in (,)", "x in (,a)", "x in (a,)", "x in (a,,b)", "x in ( a , b )",
                                         "x notin ()", "in", "notin", "in in (in)", "notin=in", "!in",
                                         "x in (notin,in)", "x=in", "x,!y,z in (a),w!=b", "a.b-c_d=E.f-g_H",
                                         "llmd.ai/model=x", "a.b/c in (d)", "1=2", "x>007", "x>9223372036854775807",
                                         name_of_63 + "=" + name_of_63, prefix_of_253 + "/x"));

class Refused : public testing::TestWithParam<std::string> {};
TEST_P(Refused, Selector) {
  EXPECT_FALSE(parse(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Selectors, Refused,
                         testing::Values(",", "x,", ",x", "x,,y", "=", "=a", "!", "!!x", "!=", "!x=a", "!x in (a)",
                                         "x=a||y=b", "x==a==b", "x=a=b", "x===a", "x=!a", "x=(a)", "x a", "x in",
                                         "x in a", "x in (", "x in (a", "x in (a,", "x in (a b)", "x in (a))",
                                         "x in ((a))", "x in (a=b)", "x in (!a)", "x notin", "x IN (a)", "x not in (a)",
                                         "x<a", "x>", "x<", "x>1.5", "x>-1", "x>=1", "x>9223372036854775808", "x=a b",
                                         "x=-a", "x=a-", "x=.a", "x=a/b", "x=\"a\"", "x='a'", "x=a*", "-x=a", "x-=a",
                                         "/x=a", "x/=a", "a/b/c=d", "A.b/c=d", "a..b/c=d", ".a/c=d", "a./c=d",
                                         "a_b/c=d", "-a/c", "a:b=c", "x=\xc3\xa4", "\xc3\xa4=x", "x;y", "x(", ")", "(",
                                         "x)", name_of_64, "x=" + name_of_64, "x in (" + name_of_64 + ")",
                                         prefix_of_253 + "a/x"));

struct MatchCase {
  std::string selector;
  Labels labels;
  bool matches;
};

void PrintTo(const MatchCase& given, std::ostream* out) {
  *out << given.selector << (given.matches ? "" : " (not)");
}

class Matching : public testing::TestWithParam<MatchCase> {};
TEST_P(Matching, Labels) {
  const auto selector = parse(GetParam().selector);
  ASSERT_TRUE(selector) << selector.error().message;
  EXPECT_EQ(selector->matches(GetParam().labels), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Matching,
    testing::Values(MatchCase{"", {{"x", "y"}}, true}, MatchCase{"", {}, true}, MatchCase{"x=y", {{"x", "y"}}, true},
                    MatchCase{"x==y", {{"x", "y"}}, true}, MatchCase{"x=y", {{"x", "z"}}, false},
                    MatchCase{"x=y", {}, false}, MatchCase{"x=", {{"x", ""}}, true}, MatchCase{"x=", {}, false},
                    MatchCase{"x=y,z=w", {{"x", "y"}, {"z", "w"}}, true},
                    MatchCase{"x=y,z=w", {{"x", "y"}, {"z", "v"}}, false}, MatchCase{"x!=y", {{"x", "z"}}, true},
                    MatchCase{"x!=y", {{"x", "y"}}, false}, MatchCase{"x!=y", {}, true},
                    MatchCase{"x", {{"x", ""}}, true}, MatchCase{"x", {{"y", "x"}}, false},
                    MatchCase{"!x", {{"y", ""}}, true}, MatchCase{"!x", {{"x", ""}}, false},
                    MatchCase{"x in (a,b)", {{"x", "b"}}, true}, MatchCase{"x in (b,a)", {{"x", "a"}}, true},
                    MatchCase{"x in (a,b)", {{"x", "c"}}, false}, MatchCase{"x in (a)", {}, false},
                    MatchCase{"x in ()", {{"x", ""}}, true}, MatchCase{"x in (a,)", {{"x", ""}}, true},
                    MatchCase{"x in (a,,b)", {{"x", ""}}, true}, MatchCase{"x notin (a,b)", {{"x", "c"}}, true},
                    MatchCase{"x notin (a,b)", {{"x", "a"}}, false}, MatchCase{"x notin (a)", {}, true},
                    MatchCase{"x>1", {{"x", "2"}}, true}, MatchCase{"x>1", {{"x", "1"}}, false},
                    MatchCase{"x>1", {{"x", "-2"}}, false}, MatchCase{"x<1", {{"x", "-2"}}, true},
                    MatchCase{"x<1", {{"x", "0"}}, true}, MatchCase{"x<1", {{"x", "1"}}, false},
                    MatchCase{"x>9", {{"x", "10"}}, true}, MatchCase{"x>1", {{"x", "many"}}, false},
                    MatchCase{"x<1", {{"x", "many"}}, false}, MatchCase{"x>1", {}, false},
                    MatchCase{"x<9", {{"x", "9223372036854775808"}}, false}, MatchCase{"x=a,x=b", {{"x", "a"}}, false},
                    MatchCase{"notin=in", {{"notin", "in"}}, true}, MatchCase{"X=y", {{"x", "y"}}, false},
                    MatchCase{"llmd.ai/model in (a)", {{"llmd.ai/model", "a"}}, true}));

struct MessageCase {
  std::string selector;
  std::string message;
};

class Message : public testing::TestWithParam<MessageCase> {};
TEST_P(Message, NamesParameterAndPlace) {
  const auto selector = LabelSelector::parse(GetParam().selector, "metricLabelSelector");
  ASSERT_FALSE(selector);
  const ApiError& error = selector.error();
  EXPECT_EQ(error.reason, ErrorReason::bad_request);
  EXPECT_EQ(error.message,
            "metricLabelSelector \"" + GetParam().selector + "\" is not a label selector: " + GetParam().message);
  ASSERT_EQ(error.causes.size(), 1U);
  EXPECT_EQ(error.causes.front().first, "metricLabelSelector");
  EXPECT_EQ(error.causes.front().second, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, Message,
    testing::Values(
        MessageCase{"x=a,", "at character 5 found its end, expected a label key or '!'"},
        MessageCase{"!=a", "at character 1 found '!=', expected a label key or '!'"},
        MessageCase{"! =a", "at character 3 found '=', expected a label key"},
        MessageCase{"x has (a)", "at character 3 found 'has', expected one of =, ==, !=, in, notin, >, <"},
        MessageCase{"x in a", "at character 6 found 'a', expected '('"},
        MessageCase{"x in (a b)", "at character 9 found 'b', expected ',' or ')'"},
        MessageCase{"x in (=)", "at character 7 found '=', expected ',', ')' or a value"},
        MessageCase{"x==a==b", "at character 5 found '==', expected ',' or the end"},
        MessageCase{"x=(a)", "at character 3 found '(', expected a value"},
        MessageCase{"x > y", "at character 5, 'y': '>' and '<' compare with a 64 bit integer"},
        MessageCase{"x<", "at character 3 found its end, expected a 64 bit integer"},
        MessageCase{"a=b,-x",
                    "at character 5, '-x': the name part must consist of alphanumeric characters, '-', '_' or '.', and "
                    "start and end "
                    "with an alphanumeric character"},
        MessageCase{
            "A/x",
            "at character 1, 'A/x': the part before '/' must be a lowercase DNS subdomain of at most 253 characters"},
        MessageCase{"x=a/b",
                    "at character 3, 'a/b': a label value must be empty or consist of alphanumeric characters, '-', "
                    "'_' or '.', and "
                    "start and end with an alphanumeric character"},
        MessageCase{"x=" + name_of_64,
                    "at character 3, '" + name_of_64 + "': a label value must have at most 63 characters"}));

TEST(Requirements, AreSortedByKeyAndTheirValuesSortedOnce) {
  const auto selector = parse("z notin (b,a,b),a!=c,!m");
  ASSERT_TRUE(selector);
  const auto& requirements = selector->requirements();
  ASSERT_EQ(requirements.size(), 3U);
  EXPECT_EQ(requirements[0].key, "a");
  EXPECT_EQ(requirements[0].op, LabelSelector::Operator::not_equals);
  EXPECT_EQ(requirements[0].values, std::vector<std::string>{"c"});
  EXPECT_EQ(requirements[1].key, "m");
  EXPECT_EQ(requirements[1].op, LabelSelector::Operator::does_not_exist);
  EXPECT_EQ(requirements[1].values, std::vector<std::string>{});
  EXPECT_EQ(requirements[2].key, "z");
  EXPECT_EQ(requirements[2].op, LabelSelector::Operator::not_in);
  EXPECT_EQ(requirements[2].values, (std::vector<std::string>{"a", "b"}));
}

TEST(EmptySelector, SaysSo) {
  EXPECT_TRUE(parse("  ")->empty());
  EXPECT_FALSE(parse("x")->empty());
}

}  // namespace
}  // namespace inferno::server
