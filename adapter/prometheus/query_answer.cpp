#include "adapter/prometheus/query_answer.hpp"

#include <boost/beast/http/field.hpp>
#include <string>

#include "adapter/http_client/http_date.hpp"
#include "adapter/http_client/http_failure.hpp"

namespace inferno::prometheus {
namespace {

namespace http = boost::beast::http;
using http_client::HttpFailure;

QueryError redirect_error(unsigned status, std::string_view target) {
  std::string location = http_client::first_line(target);
  if (location.find('@') != std::string::npos || location.empty()) location = "another address";
  return {QueryErrorKind::http_status, "HTTP status " + std::to_string(status) + ", a redirect to " + location +
                                           ": redirects are not followed, give the final address"};
}

QueryError with_hint(QueryError error, unsigned status) {
  if (status == 401 || status == 403) error.message += " (check the credentials or token given to reach Prometheus)";
  return error;
}

QueryError query_error(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::timeout:
      return {QueryErrorKind::timeout, failure.message};
    case HttpFailure::Kind::malformed:
      return {QueryErrorKind::malformed, failure.message};
    case HttpFailure::Kind::unreachable:
      break;
  }
  return {QueryErrorKind::unreachable, failure.message};
}

}  // namespace

bool QueryAnswer::on_head(unsigned status, const http::fields& fields) {
  status_ = status;
  if (status / 100 == 3) {
    redirect_ = redirect_error(status, fields[http::field::location]);
    return false;
  }
  server_time_ = http_client::parse_http_date(fields[http::field::date]);
  body_.emplace(status, fields[http::field::content_encoding], limit_, visitor_);
  return true;
}

bool QueryAnswer::on_body(std::string_view piece) {
  metrics_.count_received(piece.size());
  return body_->feed(piece);
}

QueryResult<QueryReport> QueryAnswer::finish(const http_client::HttpResult<void>& outcome) {
  if (redirect_) return *redirect_;
  if (!outcome) return query_error(outcome.error());
  auto report = body_->finish();
  if (!report) return with_hint(report.error(), status_);
  report->server_time = server_time_;
  return report;
}

}  // namespace inferno::prometheus
