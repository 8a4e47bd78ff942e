#include "adapter/common/metric_names.hpp"

#include <gtest/gtest.h>

namespace inferno {
namespace {

TEST(MetricNames, AreWhatPrometheusTakesAsOne) {
  for (const char* text : {"up", "vllm:", "kserve_vllm:x", "_a", ":a", "a1"}) EXPECT_TRUE(is_metric_name(text)) << text;
  for (const char* text : {"", "1a", "a-b", "a b", "a{", "\xC3\xA9"}) EXPECT_FALSE(is_metric_name(text)) << text;
}

TEST(Series, MayHaveMatchersInBraces) {
  for (const char* text : {"up", R"(sglang:num_running_reqs{priority=""})", R"(a{b="c",d=~"e|f"})"})
    EXPECT_TRUE(is_series(text)) << text;
  for (const char* text : {"", "1a", "a{", "a{}", R"({a="b"})", R"(a{b="c")"}) EXPECT_FALSE(is_series(text)) << text;
}

}  // namespace
}  // namespace inferno
