#include "adapter/prometheus/answer_body.hpp"

#include <algorithm>

#include "adapter/http_client/http_failure.hpp"

namespace inferno::prometheus {

using http_client::first_line;

namespace {

// A document that is laid out over several lines.
std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!is_space) line += c;
    if (is_space && !line.ends_with(' ')) line += ' ';
  }
  return line;
}

}  // namespace

AnswerBody::AnswerBody(unsigned status, std::string_view encoding, std::size_t limit, SeriesVisitor& visitor)
    : status_(status), parser_(status / 100 == 2 ? visitor : ignore_), decoder_(encoding, limit) {}

bool AnswerBody::feed(std::string_view received) {
  return decoder_.feed(received, [this](std::string_view piece) { return take(piece); });
}

bool AnswerBody::take(std::string_view decoded) {
  if (is_success()) return parser_.feed(decoded);
  constexpr std::size_t enough_for_a_line = 512;
  beginning_ += decoded.substr(0, enough_for_a_line - std::min(beginning_.size(), enough_for_a_line));
  return parser_.feed(decoded) || beginning_.size() < enough_for_a_line;
}

QueryResult<QueryReport> AnswerBody::finish() {
  if (const auto& problem = decoder_.problem()) {
    const auto kind = decoder_.is_over_limit() ? QueryErrorKind::too_large : QueryErrorKind::malformed;
    return QueryError{kind, *problem};
  }
  auto answer = parser_.finish();
  if (is_success()) {
    if (answer && !decoder_.is_complete()) {
      return QueryError{QueryErrorKind::malformed, "the compressed answer is cut off"};
    }
    if (answer) answer->response_bytes = decoder_.decoded_bytes();
    return answer;
  }
  const std::string status = "HTTP status " + std::to_string(status_);
  if (answer || answer.error().kind == QueryErrorKind::malformed) {
    const std::string line = first_line(beginning_.starts_with('{') ? in_one_line(beginning_) : beginning_);
    return QueryError{QueryErrorKind::http_status, line.empty() ? status : status + ": " + line};
  }
  return QueryError{answer.error().kind, status + ", " + answer.error().message};
}

}  // namespace inferno::prometheus
