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

const Arguments& backend_arguments() {
  static const Arguments arguments = {{"latency_offset", "1ms"}, {"nocache", "1"}, {"partial_response", "false"}};
  return arguments;
}

std::string encode_arguments(const Arguments& arguments) {
  std::string encoded;
  for (const auto& [name, value] : arguments) {
    encoded += encoded.empty() ? "" : "&";
    encoded += http_client::percent_encode(name) + '=' + http_client::percent_encode(value);
  }
  return encoded;
}

std::string query_form(const RangeQuery& query, Duration deadline, const Arguments& more) {
  // Still one step. Where start and end are the same, VictoriaMetrics takes the step for how far back a sample counts.
  const TimePoint end = query.start == query.end ? query.end + Duration{1} : query.end;
  std::string form = "query=" + http_client::percent_encode(query.expression);
  form += "&start=" + seconds(query.start.time_since_epoch());
  form += "&end=" + seconds(end.time_since_epoch());
  form += "&step=" + seconds(query.step);
  form += "&timeout=" + seconds(deadline);
  return more.empty() ? form : form + '&' + encode_arguments(more);
}

}  // namespace inferno::prometheus
