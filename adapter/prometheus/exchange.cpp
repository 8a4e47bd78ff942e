#include "adapter/prometheus/exchange.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <vector>

#include "adapter/prometheus/answer_body.hpp"
#include "adapter/prometheus/error_document.hpp"
#include "adapter/prometheus/http_date.hpp"

namespace inferno::prometheus {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint32_t header_limit = 16384;
constexpr std::size_t piece_size = 16384;

bool is_cut_off(error_code error) {
  return error == http::error::partial_message || error == asio::ssl::error::stream_truncated ||
         error == asio::error::eof;
}

// A header that is not HTTP, as opposed to a connection that fails.
bool is_protocol_error(error_code error) {
  return error.category() == make_error_code(http::error::bad_version).category();
}

QueryError error_of_header(error_code error) {
  if (error == beast::error::timeout) return timed_out("waiting for the answer");
  if (error == http::error::end_of_stream || is_cut_off(error)) {
    return {QueryErrorKind::unreachable, "the connection was closed before an answer"};
  }
  if (is_protocol_error(error)) return {QueryErrorKind::malformed, "the answer is not HTTP: " + error.message()};
  return {QueryErrorKind::unreachable, "the connection was lost before an answer: " + error.message()};
}

QueryError error_of_body(error_code error) {
  if (error == beast::error::timeout) return timed_out("receiving the answer");
  if (is_cut_off(error)) return {QueryErrorKind::malformed, "the answer is cut off"};
  if (is_protocol_error(error)) return {QueryErrorKind::malformed, "the answer is not HTTP: " + error.message()};
  return {QueryErrorKind::unreachable, "the connection was lost within the answer: " + error.message()};
}

QueryError redirect_error(const Connection::AnswerParser::value_type& answer) {
  std::string location = first_line(answer[http::field::location]);
  if (location.find('@') != std::string::npos || location.empty()) location = "another address";
  return {QueryErrorKind::http_status, "HTTP status " + std::to_string(answer.result_int()) + ", a redirect to " +
                                           location + ": redirects are not followed, give the final address"};
}

QueryError with_hint(QueryError error, unsigned status) {
  if (status == 401 || status == 403) error.message += " (check the credentials or token given to reach Prometheus)";
  return error;
}

}  // namespace

QueryError timed_out(std::string_view doing) {
  return {QueryErrorKind::timeout, "deadline exceeded while " + std::string(doing)};
}

asio::awaitable<Exchange> exchange(Connection& connection, const Connection::Request& request,
                                   std::size_t max_response_bytes, Deadline deadline, SeriesVisitor& visitor,
                                   ClientMetrics& metrics) {
  error_code error = co_await connection.write(request, deadline);
  if (error == beast::error::timeout) co_return Exchange{timed_out("sending the query")};
  if (error) {
    QueryError lost{QueryErrorKind::unreachable, "the connection was lost while sending the query: " + error.message()};
    co_return Exchange{std::move(lost), false, true};
  }

  Connection::AnswerParser parser;
  parser.header_limit(header_limit);
  parser.body_limit(boost::none);  // AnswerBody counts, since it knows the decompressed size too
  error = co_await connection.read_header(parser, deadline);
  if (error) {
    const bool nothing_came = !parser.got_some() && !connection.has_unread();
    co_return Exchange{error_of_header(error), false, nothing_came && error != beast::error::timeout};
  }

  const auto& answer = parser.get();
  const unsigned status = answer.result_int();
  if (status / 100 == 3) co_return Exchange{redirect_error(answer)};
  AnswerBody body(status, answer[http::field::content_encoding], max_response_bytes, visitor);
  const std::optional<TimePoint> server_time = parse_http_date(answer[http::field::date]);

  std::vector<char> piece(piece_size);
  bool is_wanted = true;
  while (is_wanted && !parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    error = co_await connection.read_some(parser, deadline);
    // Data that never stops coming would keep the stream from noticing its own deadline.
    if (!error && std::chrono::steady_clock::now() >= deadline) error = beast::error::timeout;
    if (error) co_return Exchange{error_of_body(error)};
    const std::size_t size = piece.size() - parser.get().body().size;
    metrics.count_received(size);
    is_wanted = body.feed({piece.data(), size});
  }

  Exchange done{body.finish()};
  done.is_reusable = parser.is_done() && parser.keep_alive() && !connection.has_unread();
  if (done.result) {
    done.result->server_time = server_time;
  } else {
    done.result = with_hint(done.result.error(), status);
  }
  co_return done;
}

}  // namespace inferno::prometheus
