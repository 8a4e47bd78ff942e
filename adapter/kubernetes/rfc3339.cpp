#include "adapter/kubernetes/rfc3339.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <chrono>

namespace inferno::kubernetes {
namespace {

// Takes fixed-width fields off the front of a text; once something doesn't fit, everything after it fails too.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits || rest_.find_first_not_of("0123456789") < digits) {
      ok_ = false;
      return 0;
    }
    for (const char digit : rest_.substr(0, digits)) value = value * 10 + (digit - '0');
    rest_.remove_prefix(digits);
    return value;
  }

  char one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) {
      ok_ = false;
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  // ".123456789", at least one digit, cut to milliseconds; nothing there is no fraction.
  std::chrono::milliseconds fraction() {
    if (rest_.empty() || rest_.front() != '.') return {};
    rest_.remove_prefix(1);
    int milliseconds = 0;
    int weight = 100;
    std::size_t digits = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++digits, weight /= 10) {
      milliseconds += (rest_.front() - '0') * weight;
      rest_.remove_prefix(1);
    }
    if (digits == 0) ok_ = false;
    return std::chrono::milliseconds{milliseconds};
  }

  [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  FieldReader reader(text);
  const std::chrono::year year{reader.number(4)};
  reader.one_of("-");
  const std::chrono::month month{static_cast<unsigned>(reader.number(2))};
  reader.one_of("-");
  const std::chrono::day day{static_cast<unsigned>(reader.number(2))};
  reader.one_of("Tt");
  const int hour = reader.number(2);
  reader.one_of(":");
  const int minute = reader.number(2);
  reader.one_of(":");
  const int second = reader.number(2);
  const auto fraction = reader.fraction();

  std::chrono::minutes offset{0};
  const char zone = reader.one_of("Zz+-");
  if (zone == '+' || zone == '-') {
    offset = std::chrono::hours{reader.number(2)};
    reader.one_of(":");
    offset += std::chrono::minutes{reader.number(2)};
    if (zone == '-') offset = -offset;
  }

  const std::chrono::year_month_day date{year, month, day};
  if (!reader.complete() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return TimePoint{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + fraction - offset;
}

std::string format_time_field(TimePoint time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(time));
}

std::string format_micro_time_field(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}000Z", seconds, (time - seconds).count());
}

}  // namespace inferno::kubernetes
