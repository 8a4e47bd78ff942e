#include "adapter/prometheus/query_form.hpp"

#include <string_view>

namespace inferno::prometheus {
namespace {

void append_encoded(std::string& form, std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  static constexpr std::string_view safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (const char c : text) {
    if (safe.find(c) != std::string_view::npos) {
      form += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      form += '%';
      form += digits[byte >> 4U];
      form += digits[byte & 0xFU];
    }
  }
}

// Seconds with milliseconds, exact: "1700000000.500".
std::string seconds(Duration duration) {
  const auto milliseconds = duration.count();
  const auto magnitude = milliseconds < 0 ? -milliseconds : milliseconds;
  const std::string fraction = std::to_string(1000 + magnitude % 1000).substr(1);
  return (milliseconds < 0 ? "-" : "") + std::to_string(magnitude / 1000) + "." + fraction;
}

}  // namespace

std::string query_form(const RangeQuery& query, Duration deadline) {
  std::string form = "query=";
  append_encoded(form, query.expression);
  form += "&start=" + seconds(query.start.time_since_epoch());
  form += "&end=" + seconds(query.end.time_since_epoch());
  form += "&step=" + seconds(query.step);
  form += "&timeout=" + seconds(deadline);
  return form;
}

}  // namespace inferno::prometheus
