#include "adapter/http_client/http_date.hpp"

#include <gtest/gtest.h>

namespace inferno::http_client {
namespace {

TEST(HttpDate, ReadsWhatRfc9110Prefers) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), TimePoint{Duration{784'111'777'000}});
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT"), TimePoint{Duration{1'709'251'199'000}});
}

TEST(HttpDate, IsNothingForAnythingElse) {
  for (const char* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 2024 08:49:37 GMT",
        "Sun, 06 anN 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:-9:37 GMT"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace inferno::http_client
