#include "adapter/prometheus/query_form.hpp"

#include <gtest/gtest.h>

namespace inferno::prometheus {
namespace {

TEST(QueryForm, EncodesTheExpressionAndWritesTimesInSeconds) {
  RangeQuery query;
  query.expression = "sum by (pod) (a{b=~\"x+y&z|é\"}[5m])";
  query.start = TimePoint{Duration{1'700'000'000'005}};
  query.end = TimePoint{Duration{1'700'000'060'000}};
  query.step = Duration{500};

  EXPECT_EQ(query_form(query, Duration{3000}),
            "query=sum%20by%20%28pod%29%20%28a%7Bb%3D~%22x%2By%26z%7C%C3%A9%22%7D%5B5m%5D%29"
            "&start=1700000000.005&end=1700000060.000&step=0.500&timeout=3.000");
}

TEST(QueryForm, ArgumentsFollowEncoded) {
  EXPECT_TRUE(
      query_form(RangeQuery{}, Duration{3000}, {{"a b", "c&d"}, {"e", ""}}).ends_with("&timeout=3.000&a%20b=c%26d&e="));
  EXPECT_EQ(encode_arguments({{"namespace", "llm"}, {"match[]", "up"}}), "namespace=llm&match%5B%5D=up");
}

}  // namespace
}  // namespace inferno::prometheus
