#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::kubernetes {
namespace {

using namespace std::chrono_literals;

TEST(Rfc3339, ReadsTimesAsKubernetesWritesThem) {
  const TimePoint noon{std::chrono::sys_days{std::chrono::year{2025} / 1 / 31} + 12h};
  EXPECT_EQ(parse_rfc3339("2025-01-31T12:00:00Z"), noon);
  EXPECT_EQ(parse_rfc3339("2025-01-31T12:00:00.5Z"), noon + 500ms);
  EXPECT_EQ(parse_rfc3339("2025-01-31T12:00:00.123456Z"), noon + 123ms);
  EXPECT_EQ(parse_rfc3339("2025-01-31T14:30:00+02:30"), noon);
  EXPECT_EQ(parse_rfc3339("2025-01-31T07:00:00-05:00"), noon);
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), TimePoint{});
}

TEST(Rfc3339, ReadsNothingElse) {
  for (const char* text :
       {"", "2025-01-31", "2025-01-31 12:00:00Z", "2025-01-31T12:00:00", "2025-02-30T12:00:00Z", "2025-13-01T12:00:00Z",
        "2025-01-31T24:00:00Z", "2025-01-31T12:60:00Z", "2025-01-31T12:00:00.Z", "2025-01-31T12:00:00Zx",
        "2025-1-31T12:00:00Z", "+025-01-31T12:00:00Z", "2025-01-31T12:00:00+0200"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(Rfc3339, WritesWholeSecondsAndSixDigits) {
  const TimePoint time{std::chrono::sys_days{std::chrono::year{2025} / 1 / 31} + 12h + 7ms};
  EXPECT_EQ(format_time_field(time), "2025-01-31T12:00:00Z");
  EXPECT_EQ(format_micro_time_field(time), "2025-01-31T12:00:00.007000Z");
}

}  // namespace
}  // namespace inferno::kubernetes
