#include "server/api/timestamp.hpp"

#include <string_view>

namespace inferno::server {
namespace {

// At least two digits.
void append_number(std::string& out, long long value) {
  if (value >= 100) {
    append_number(out, value / 100);
    value %= 100;
  }
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace

std::chrono::sys_seconds to_seconds(MetricTime time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

std::string to_rfc3339(MetricTime time) {
  const auto seconds = to_seconds(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  std::string out;
  append_number(out, static_cast<int>(date.year()));
  out += '-';
  append_number(out, static_cast<unsigned>(date.month()));
  out += '-';
  append_number(out, static_cast<unsigned>(date.day()));
  out += 'T';
  append_number(out, clock.hours().count());
  out += ':';
  append_number(out, clock.minutes().count());
  out += ':';
  append_number(out, clock.seconds().count());
  out += 'Z';
  return out;
}

}  // namespace inferno::server
