#include "adapter/http_client/exchange.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>
#include <vector>

namespace inferno::http_client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Kind = HttpFailure::Kind;

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

HttpFailure failure_of_header(error_code error) {
  if (error == beast::error::timeout) return timed_out("waiting for the answer");
  if (error == http::error::end_of_stream || is_cut_off(error)) {
    return {Kind::unreachable, "the connection was closed before an answer"};
  }
  if (is_protocol_error(error)) return {Kind::malformed, "the answer is not HTTP: " + error.message()};
  return {Kind::unreachable, "the connection was lost before an answer: " + error.message()};
}

HttpFailure failure_of_body(error_code error) {
  if (error == beast::error::timeout) return timed_out("receiving the answer");
  if (is_cut_off(error)) return {Kind::malformed, "the answer is cut off"};
  if (is_protocol_error(error)) return {Kind::malformed, "the answer is not HTTP: " + error.message()};
  return {Kind::unreachable, "the connection was lost within the answer: " + error.message()};
}

}  // namespace

Deadline Patience::step() const {
  if (!silence) return deadline;
  return std::min(deadline, std::chrono::steady_clock::now() + *silence);
}

asio::awaitable<Exchange> exchange(Connection& connection, const Connection::Request& request, Patience patience,
                                   AnswerReceiver& receiver) {
  error_code error = co_await connection.write(request, patience.step());
  if (error == beast::error::timeout) co_return Exchange{timed_out("sending the request")};
  if (error) {
    HttpFailure lost{Kind::unreachable, "the connection was lost while sending the request: " + error.message()};
    co_return Exchange{std::move(lost), false, true};
  }

  Connection::AnswerParser parser;
  parser.header_limit(header_limit);
  parser.body_limit(boost::none);  // the receiver counts, since it knows the decompressed size too
  error = co_await connection.read_header(parser, patience.step());
  if (error) {
    const bool nothing_came = !parser.got_some() && !connection.has_unread();
    co_return Exchange{failure_of_header(error), false, nothing_came && error != beast::error::timeout};
  }

  bool is_wanted = receiver.on_head(parser.get().result_int(), parser.get());
  std::vector<char> piece(piece_size);
  while (is_wanted && !parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    error = co_await connection.read_some(parser, patience.step());
    // Data that never stops coming would keep the stream from noticing its own deadline.
    if (!error && std::chrono::steady_clock::now() >= patience.deadline) error = beast::error::timeout;
    if (error) co_return Exchange{failure_of_body(error)};
    const std::size_t size = piece.size() - parser.get().body().size;
    is_wanted = size == 0 || receiver.on_body({piece.data(), size});
  }
  Exchange done{HttpResult<void>{}};
  done.is_reusable = parser.is_done() && parser.keep_alive() && !connection.has_unread();
  co_return done;
}

}  // namespace inferno::http_client
