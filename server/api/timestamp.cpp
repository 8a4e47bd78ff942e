#include "server/api/timestamp.hpp"

#include <string_view>

namespace inferno::server {
namespace {

void append_number(std::string& out, long long value, std::size_t digits) {
  const std::string text = std::to_string(value);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
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
  append_number(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_number(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_number(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_number(out, clock.hours().count(), 2);
  out += ':';
  append_number(out, clock.minutes().count(), 2);
  out += ':';
  append_number(out, clock.seconds().count(), 2);
  out += 'Z';
  return out;
}

}  // namespace inferno::server
