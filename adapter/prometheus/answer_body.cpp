#include "adapter/prometheus/answer_body.hpp"

#include <algorithm>
#include <utility>

#include "adapter/http_client/http_failure.hpp"

namespace inferno::prometheus {

using http_client::first_line;
using http_client::GzipInflater;

AnswerBody::AnswerBody(unsigned status, std::string_view encoding, std::size_t limit, SeriesVisitor& visitor)
    : status_(status), limit_(limit), parser_(status / 100 == 2 ? visitor : ignore_) {
  if (encoding == "gzip") {
    inflater_.emplace();
  } else if (!encoding.empty() && encoding != "identity") {
    fail(QueryErrorKind::malformed, "answered in an encoding that was not asked for: " + first_line(encoding));
  }
}

bool AnswerBody::feed(std::string_view received) {
  if (error_) return false;
  received_ += received.size();
  if (!inflater_) return take(received);
  if (received_ > limit_) return take(received);  // says so
  switch (inflater_->feed(received, [this](std::string_view piece) { return take(piece); })) {
    case GzipInflater::Outcome::more:
      return true;
    case GzipInflater::Outcome::stopped:
      return false;
    case GzipInflater::Outcome::corrupt:
      break;
  }
  return fail(QueryErrorKind::malformed, "the compressed answer is damaged");
}

bool AnswerBody::take(std::string_view decoded) {
  decoded_ += decoded.size();
  if (decoded_ > limit_ || received_ > limit_) {
    return fail(QueryErrorKind::too_large, "the answer is larger than " + std::to_string(limit_) + " bytes");
  }
  if (is_success()) return parser_.feed(decoded);
  constexpr std::size_t enough_for_a_line = 512;
  beginning_ += decoded.substr(0, enough_for_a_line - std::min(beginning_.size(), enough_for_a_line));
  return parser_.feed(decoded) || beginning_.size() < enough_for_a_line;
}

QueryResult<QueryReport> AnswerBody::finish() {
  if (error_) return *error_;
  auto answer = parser_.finish();
  if (is_success()) {
    if (answer && inflater_ && !inflater_->is_complete()) {
      return QueryError{QueryErrorKind::malformed, "the compressed answer is cut off"};
    }
    if (answer) answer->response_bytes = decoded_;
    return answer;
  }
  const std::string status = "HTTP status " + std::to_string(status_);
  if (answer || answer.error().kind == QueryErrorKind::malformed) {
    const std::string line = first_line(beginning_);
    return QueryError{QueryErrorKind::http_status, line.empty() ? status : status + ": " + line};
  }
  return QueryError{answer.error().kind, status + ", " + answer.error().message};
}

bool AnswerBody::fail(QueryErrorKind kind, std::string message) {
  error_ = QueryError{kind, std::move(message)};
  return false;
}

}  // namespace inferno::prometheus
