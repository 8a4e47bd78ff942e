#include "adapter/prometheus/query_form.hpp"

#include "adapter/http_client/percent_encoding.hpp"

namespace inferno::prometheus {
namespace {

// Seconds with milliseconds, exact: "1700000000.500".
std::string seconds(Duration duration) {
  const auto milliseconds = duration.count();
  const auto magnitude = milliseconds < 0 ? -milliseconds : milliseconds;
  const std::string fraction = std::to_string(1000 + magnitude % 1000).substr(1);
  return (milliseconds < 0 ? "-" : "") + std::to_string(magnitude / 1000) + "." + fraction;
}

}  // namespace

std::string query_form(const RangeQuery& query, Duration deadline) {
  std::string form = "query=" + http_client::percent_encode(query.expression);
  form += "&start=" + seconds(query.start.time_since_epoch());
  form += "&end=" + seconds(query.end.time_since_epoch());
  form += "&step=" + seconds(query.step);
  form += "&timeout=" + seconds(deadline);
  return form;
}

}  // namespace inferno::prometheus
