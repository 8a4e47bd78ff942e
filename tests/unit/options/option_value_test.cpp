#include "adapter/options/option_value.hpp"

namespace inferno {
namespace {

TEST(OptionValue, Booleans) {
  for (const char* text : {"1", "t", "T", "true", "True", "TRUE"}) EXPECT_TRUE(parse_boolean(text).value()) << text;
  for (const char* text : {"0", "f", "F", "false", "False", "FALSE"}) EXPECT_FALSE(parse_boolean(text).value()) << text;
  for (const char* text : {"", "yes", "on", "tRUE", "2"}) {
    EXPECT_EQ(parse_boolean(text).error().message, '"' + std::string(text) + "\" is neither true nor false");
  }
}

TEST(OptionValue, Integers) {
  EXPECT_EQ(parse_integer("0", 0, 65535).value(), 0U);
  EXPECT_EQ(parse_integer("65535", 0, 65535).value(), 65535U);
  for (const char* text : {"", "65536", "-1", "+1", "1.0", " 1", "1 ", "0x10", "99999999999999999999"}) {
    EXPECT_EQ(parse_integer(text, 0, 65535).error().message,
              '"' + std::string(text) + "\" is not a whole number from 0 to 65535");
  }
}

TEST(OptionValue, Bytes) {
  EXPECT_EQ(parse_bytes("1").value(), 1U);
  EXPECT_EQ(parse_bytes("500k").value(), 500'000U);
  EXPECT_EQ(parse_bytes("64Mi").value(), 64U << 20U);
  EXPECT_EQ(parse_bytes("2Gi").value(), std::size_t{2} << 30U);
  EXPECT_EQ(parse_bytes("3M").value(), 3'000'000U);
  for (const char* text : {"", "0", "Mi", "-1", "1.5Mi", "64 Mi", "64MB", "64K", "99999999999999Gi"}) {
    EXPECT_EQ(parse_bytes(text).error().message,
              '"' + std::string(text) + "\" is not a number of bytes such as 64Mi, 1Gi or 500k");
  }
}

TEST(OptionValue, Addresses) {
  EXPECT_TRUE(is_ip_address("0.0.0.0"));
  EXPECT_TRUE(is_ip_address("::"));
  for (const char* text : {"", "localhost", "127.0.0.1:80", "[::1]", "256.0.0.1", "127.1"})
    EXPECT_FALSE(is_ip_address(text)) << text;
  for (const char* text : {"127.0.0.1", "127.1.2.3", "::1"}) EXPECT_TRUE(is_loopback_address(text)) << text;
  for (const char* text : {"0.0.0.0", "::", "10.0.0.1", "127.evil"}) EXPECT_FALSE(is_loopback_address(text)) << text;
}

TEST(OptionValue, LabelMatchers) {
  for (const char* text : {R"(job="vllm")", R"(job=~"vllm-.*")", R"(a!="")", R"(a!~"x|y")", R"(a="q\"uote")"}) {
    EXPECT_TRUE(is_label_matcher(text)) << text;
  }
  for (const char* text : {"", "job", "job=", "job=vllm", R"(="x")", R"(1a="x")", R"(job=="x")", R"(job="a"b")",
                           R"(a="x\")", R"(a="x",b="y")", R"(a="x"} or up{b="")", "a='x'", R"(a:b="x")"}) {
    EXPECT_FALSE(is_label_matcher(text)) << text;
  }
}

TEST(OptionValue, KubernetesNames) {
  EXPECT_TRUE(is_kubernetes_name("workload-variant-autoscaler-system", false));
  EXPECT_TRUE(is_kubernetes_name("a.b", true));
  EXPECT_TRUE(is_kubernetes_name(std::string(63, 'a'), false));
  for (const std::string& text : {std::string(), std::string("A"), std::string("-a"), std::string("a-"),
                                  std::string("a_b"), std::string("a.b"), std::string(64, 'a')}) {
    EXPECT_FALSE(is_kubernetes_name(text, false)) << text;
  }
}

}  // namespace
}  // namespace inferno
