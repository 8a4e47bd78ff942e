#include "server/http/request_parser.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <utility>

#include "server/http/target.hpp"

namespace inferno::server {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t read_size = 4096;

}  // namespace

RequestParser::RequestParser(const RequestLimits& limits) : limits_(limits) {
  next();
}

boost::asio::mutable_buffer RequestParser::prepare() {
  return buffer_.prepare(read_size);
}

void RequestParser::next() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser_->body_limit(limits_.body_bytes);
  header_checked_ = false;
  header_bytes_ = 0;
}

RequestParser::Progress RequestParser::parse() {
  while (!parser_->is_done() && buffer_.size() > 0) {
    boost::system::error_code error;
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (!parser_->is_header_done()) header_bytes_ += used;
    if (error && error != http::error::need_more) return fail(error);
    // Lines are consumed as they come, each below Beast's own limit; what counts is their sum.
    if (!parser_->is_header_done() && header_bytes_ + buffer_.size() > limits_.header_bytes) {
      return fail(http::error::header_limit);
    }
    if (error == http::error::need_more) break;
  }
  if (!parser_->is_header_done()) return Progress::need_header;
  if (!header_checked_) {
    header_checked_ = true;
    if (check_header() == Progress::failed) return Progress::failed;
  }
  return parser_->is_done() ? Progress::complete : Progress::need_body;
}

RequestParser::Progress RequestParser::check_header() {
  const auto& message = parser_->get();
  if (message.target().size() > limits_.target_bytes) {
    return fail(ErrorReason::uri_too_long,
                "the request target is longer than the limit of " + std::to_string(limits_.target_bytes) + " bytes");
  }
  if (message.count(http::field::transfer_encoding) > 0 && !parser_->chunked()) {
    return fail(ErrorReason::bad_request, "unsupported Transfer-Encoding; send chunked or a Content-Length");
  }
  const auto hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() >= 11)) {
    return fail(ErrorReason::bad_request, "a request must have exactly one Host header field");
  }
  return Progress::complete;
}

bool RequestParser::expects_continue() const {
  if (is_http_1_0() || parser_->is_done() || has_buffered()) return false;
  return boost::beast::iequals(parser_->get()[http::field::expect], "100-continue");
}

Result<void> RequestParser::take(Request& request) {
  auto& message = parser_->get();
  request.method = message.method();
  auto parsed = parse_target(message.target(), request);
  request.body = std::move(message.body());
  request.headers = std::move(static_cast<http::fields&>(message));
  request.identity = {};
  return parsed;
}

RequestParser::Progress RequestParser::fail(ErrorReason reason, std::string message) {
  error_ = {};
  error_.reason = reason;
  error_.message = std::move(message);
  return Progress::failed;
}

RequestParser::Progress RequestParser::fail(const boost::system::error_code& error) {
  if (error == http::error::body_limit) {
    return fail(ErrorReason::request_entity_too_large,
                "the request body is larger than the limit of " + std::to_string(limits_.body_bytes) + " bytes");
  }
  if (error == http::error::header_limit) {
    const std::string_view unparsed(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    const bool in_request_line = header_bytes_ == 0 && unparsed.find("\r\n") == std::string_view::npos;
    if (in_request_line) {
      return fail(ErrorReason::uri_too_long,
                  "the request line is longer than the limit of " + std::to_string(limits_.header_bytes) + " bytes");
    }
    return fail(ErrorReason::header_fields_too_large,
                "the request header is larger than the limit of " + std::to_string(limits_.header_bytes) + " bytes");
  }
  return fail(ErrorReason::bad_request, "malformed HTTP request: " + error.message());
}

}  // namespace inferno::server
