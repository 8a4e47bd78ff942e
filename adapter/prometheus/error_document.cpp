#include "adapter/prometheus/error_document.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "adapter/http_client/http_failure.hpp"

namespace inferno::prometheus {
namespace {

constexpr std::array<std::string_view, 10> limit_phrases = {
    "too many samples",                    // Prometheus: query.max-samples
    "exceeded maximum resolution",         // Prometheus: 11,000 points per series
    "exceeded series limit",               // Thanos
    "exceeded samples limit",              // Thanos
    "exceeded chunks limit",               // Thanos
    "err-mimir-max-",                      // Mimir: chunks, series, bytes, samples, length of a query
    "the query hit the max number of",     // Cortex
    "the number of matching timeseries",   // VictoriaMetrics: search.maxUniqueTimeseries
    "cannot select more than",             // VictoriaMetrics: search.maxSamplesPerQuery
    "too many points for the given step",  // VictoriaMetrics: search.maxPointsPerTimeseries
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

QueryError error_from_document(std::string_view error_type, std::string_view message) {
  std::string text(message);
  std::ranges::transform(text, text.begin(), lower);
  QueryErrorKind kind = QueryErrorKind::rejected;
  if (std::ranges::any_of(limit_phrases, [&](auto phrase) { return text.find(phrase) != std::string::npos; })) {
    kind = QueryErrorKind::too_many_samples;
  } else if (error_type == "timeout") {
    kind = QueryErrorKind::timeout;
  }
  return {kind, std::string(error_type.empty() ? "error" : error_type) + ": " + http_client::first_line(message)};
}

}  // namespace inferno::prometheus
