#include "tests/unit/signals/fake_prometheus.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace inferno::testing {

using prometheus::QueryError;
using prometheus::QueryErrorKind;

void FakePrometheus::give(const std::string& expression, SeriesLabels labels, Value value) {
  std::vector<Series>& all = series_[expression];
  std::erase_if(all, [&labels](const Series& known) { return known.labels == labels; });
  all.push_back({.labels = std::move(labels), .value = std::move(value)});
}

std::vector<prometheus::RangeQuery> FakePrometheus::asked(const std::string& expression) const {
  std::vector<prometheus::RangeQuery> found;
  for (const prometheus::RangeQuery& query : queries) {
    if (query.expression == expression) found.push_back(query);
  }
  return found;
}

boost::asio::awaitable<prometheus::QueryResult<prometheus::QueryReport>> FakePrometheus::query_range(
    const prometheus::RangeQuery& query, prometheus::SeriesVisitor& visitor) {
  queries.push_back(query);
  do {
    co_await boost::asio::post(boost::asio::use_awaitable);
  } while (held || query.expression == held_expression);
  if (down) co_return QueryError{.kind = QueryErrorKind::unreachable, .message = "connection refused"};
  if (const auto failure = failures_.find(query.expression); failure != failures_.end()) {
    co_return QueryError{.kind = QueryErrorKind::rejected, .message = failure->second};
  }
  prometheus::QueryReport report;
  if (const auto warning = warnings.find(query.expression); warning != warnings.end())
    report.warnings.push_back(warning->second);
  if (!warn_always.empty()) report.warnings.push_back(warn_always);
  report.server_time = date;
  std::size_t samples = 0;
  const auto found = series_.find(query.expression);
  if (found == series_.end()) co_return report;
  for (const Series& series : found->second) {
    const std::vector<prometheus::LabelView> labels(series.labels.begin(), series.labels.end());
    visitor.on_series(labels);
    ++report.series;
    for (TimePoint time = query.start; time <= query.end; time += query.step) {
      if (const auto value = series.value(time)) {
        visitor.on_sample(time + shift, *value);
        ++samples;
      }
    }
  }
  if (samples > most_samples) {
    co_return QueryError{.kind = QueryErrorKind::too_many_samples, .message = "query would load too many samples"};
  }
  co_return report;
}

}  // namespace inferno::testing
