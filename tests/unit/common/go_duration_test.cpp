#include "adapter/common/go_duration.hpp"

#include <limits>
#include <utility>

namespace inferno {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

TEST(ParseGoDuration, ReadsWhatGoReads) {
  const std::vector<std::pair<std::string, nanoseconds>> cases{
      {"0", 0ns},
      {"-0", 0ns},
      {"+0", 0ns},
      {"5s", 5s},
      {"30s", 30s},
      {"1478s", 1478s},
      {"-5s", -5s},
      {"+5s", 5s},
      {"5.0s", 5s},
      {"5.6s", 5600ms},
      {"5.s", 5s},
      {".5s", 500ms},
      {"1.0s", 1s},
      {"1.004s", 1004ms},
      {"100.00100s", 100s + 1ms},
      {"10ns", 10ns},
      {"11us", 11us},
      {"12\xC2\xB5s", 12us},
      {"12\xCE\xBCs", 12us},
      {"13ms", 13ms},
      {"14s", 14s},
      {"15m", 15min},
      {"16h", 16h},
      {"3h30m", 3h + 30min},
      {"10.5s4m", 4min + 10s + 500ms},
      {"-2m3.4s", -(2min + 3s + 400ms)},
      {"1h2m3s4ms5us6ns", 1h + 2min + 3s + 4ms + 5us + 6ns},
      {"39h9m14.425s", 39h + 9min + 14s + 425ms},
      {"1.5h", 90min},
      {"0.3333333333333333333h", 20min},
      {"0.100000000000000000000h", 6min},
      {"52763797000ns", 52763797000ns},
      {"9223372036854775807ns", nanoseconds::max()},
      {"-9223372036854775808ns", nanoseconds::min()},
      {"9223372036854775.807us", nanoseconds::max()},
      {"9007199254.740993ms", nanoseconds{9007199254740993}},
      {"-2562047h47m16.854775808s", nanoseconds::min()},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_go_duration(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, expected) << text;
  }
}

TEST(ParseGoDuration, ReportsWhatIsWrongInGosWords) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "time: invalid duration \"\""},
      {"3", "time: missing unit in duration \"3\""},
      {"-", "time: invalid duration \"-\""},
      {"s", "time: invalid duration \"s\""},
      {".", "time: invalid duration \".\""},
      {"-.", "time: invalid duration \"-.\""},
      {".s", "time: invalid duration \".s\""},
      {"+.s", "time: invalid duration \"+.s\""},
      {"1d", "time: unknown unit \"d\" in duration \"1d\""},
      {"5 m", "time: unknown unit \" m\" in duration \"5 m\""},
      {"10 minutes", "time: unknown unit \" minutes\" in duration \"10 minutes\""},
      {"5M", "time: unknown unit \"M\" in duration \"5M\""},
      {" 5m", "time: invalid duration \" 5m\""},
      {"5m ", "time: unknown unit \"m \" in duration \"5m \""},
      {"1h-30m", "time: unknown unit \"h-\" in duration \"1h-30m\""},
      {"\x85\x85", "time: invalid duration \"\\x85\\x85\""},
      {"9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""},
      {"-9223372036854775809ns", "time: invalid duration \"-9223372036854775809ns\""},
      {"9223372036854776us", "time: invalid duration \"9223372036854776us\""},
      {"3000000h", "time: invalid duration \"3000000h\""},
      {"9223372036854775807ns1ns", "time: invalid duration \"9223372036854775807ns1ns\""},
      {"9223372036854775808ns9223372036854775808ns",
       "time: invalid duration \"9223372036854775808ns9223372036854775808ns\""},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_go_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().message, expected);
  }
}

TEST(ParsePositiveGoDuration, RefusesWhatIsNotPositiveAndRoundsUpToMilliseconds) {
  EXPECT_EQ(parse_positive_go_duration("1h30m").value(), 90min);
  EXPECT_EQ(parse_positive_go_duration("1ns").value(), 1ms);
  EXPECT_EQ(parse_positive_go_duration("1500us").value(), 2ms);
  EXPECT_EQ(parse_positive_go_duration("0").error().message, "duration \"0\" is not positive");
  EXPECT_EQ(parse_positive_go_duration("-5m").error().message, "duration \"-5m\" is not positive");
  EXPECT_EQ(parse_positive_go_duration("5").error().message, "time: missing unit in duration \"5\"");
}

TEST(FormatGoDuration, PrintsAsGoDoes) {
  const std::vector<std::pair<nanoseconds, std::string>> cases{
      {0ns, "0s"},
      {1ns, "1ns"},
      {1100ns, "1.1\xC2\xB5s"},
      {2200us, "2.2ms"},
      {3300ms, "3.3s"},
      {10min, "10m0s"},
      {4min + 5s + 1ms, "4m5.001s"},
      {5h + 6min + 7s + 1ms, "5h6m7.001s"},
      {90min, "1h30m0s"},
      {-90s, "-1m30s"},
      {nanoseconds::max(), "2562047h47m16.854775807s"},
      {nanoseconds::min(), "-2562047h47m16.854775808s"},
  };
  for (const auto& [duration, expected] : cases) EXPECT_EQ(format_go_duration(duration), expected);
}

}  // namespace
}  // namespace inferno
