#include "server/http/request_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <utility>

#include "server/http/target.hpp"

namespace inferno::server {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t read_size = 4096;
// "0", twice CRLF: what a chunked body still has to come with, whatever has been read of it. Beast asserts that it
// never sees a last chunk in smaller pieces.
constexpr std::size_t least_chunked_bytes = 5;

std::string_view text_of(const boost::beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

// Whether a line of this header begins with a space, and so goes on with the value of the one before (obs-fold, RFC
// 9112, 5.2). The parser leaves the end of a line unread until it has seen what follows.
bool has_folded_line(std::string_view header) {
  for (auto end = header.find('\n'); end != std::string_view::npos && end + 1 < header.size();
       end = header.find('\n', end + 1)) {
    const char next = header[end + 1];
    if (next == ' ' || next == '\t') return true;
    if (next == '\r') return false;  // the empty line behind the header
  }
  return false;
}

// uri-host and port of RFC 3986.
bool is_host_character(char c) {
  constexpr std::string_view others = "-._~!$&'()*+,;=:%[]";
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         others.find(c) != std::string_view::npos;
}

}  // namespace

RequestParser::RequestParser(const RequestLimits& limits) : limits_(limits) {
  next();
}

boost::asio::mutable_buffer RequestParser::prepare() {
  return buffer_.prepare(read_size);
}

void RequestParser::next() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser_->body_limit(limits_.body_bytes);
  header_ = {};
  has_header_ = false;
  header_bytes_ = 0;
  body_bytes_ = 0;
}

RequestParser::Progress RequestParser::parse() {
  if (!has_header_) {
    const Progress progress = parse_header();
    if (progress != Progress::complete) return progress;
  }
  return parse_body();
}

RequestParser::Progress RequestParser::parse_header() {
  parser_->eager(false);  // stop where the header ends
  while (!parser_->is_header_done() && buffer_.size() > 0) {
    if (has_folded_line(text_of(buffer_))) {
      return fail(ErrorReason::bad_request, "malformed HTTP request: a header field goes on in a second line");
    }
    const boost::system::error_code error = put(header_bytes_);
    if (error && error != http::error::need_more) return fail(error);
    // Lines are consumed as they come, each below Beast's own limit; what counts is their sum.
    if (!parser_->is_header_done() && header_bytes_ + buffer_.size() > limits_.header_bytes) {
      return fail(http::error::header_limit);
    }
    if (error == http::error::need_more) break;
  }
  return parser_->is_header_done() ? check_header() : Progress::need_header;
}

RequestParser::Progress RequestParser::parse_body() {
  parser_->eager(true);
  const std::size_t least = parser_->chunked() ? least_chunked_bytes : 1;
  while (!parser_->is_done() && buffer_.size() >= least) {
    const boost::system::error_code error = put(body_bytes_);
    if (error && error != http::error::need_more) return fail(error);
    if (error == http::error::need_more) break;
  }
  if (parser_->is_done()) return Progress::complete;
  // Beast has no limit for the sizes and extensions of chunks, nor for trailers.
  if (body_bytes_ + buffer_.size() > parser_->get().body().size() + limits_.header_bytes) {
    return fail(ErrorReason::header_fields_too_large,
                "chunk sizes, extensions and trailers of the request are larger than the limit of " +
                    std::to_string(limits_.header_bytes) + " bytes");
  }
  return Progress::need_body;
}

boost::system::error_code RequestParser::put(std::size_t& consumed) {
  boost::system::error_code error;
  const std::size_t used = parser_->put(buffer_.data(), error);
  buffer_.consume(used);
  consumed += used;
  return error;
}

RequestParser::Progress RequestParser::check_header() {
  header_ = std::move(parser_->get().base());
  has_header_ = true;
  if (header_.target().size() > limits_.target_bytes) {
    return fail(ErrorReason::uri_too_long,
                "the request target is longer than the limit of " + std::to_string(limits_.target_bytes) + " bytes");
  }
  if (header_.count(http::field::transfer_encoding) > 0) {
    if (is_http_1_0()) return fail(ErrorReason::bad_request, "HTTP/1.0 has no Transfer-Encoding");
    if (!parser_->chunked() || !boost::beast::iequals(header_[http::field::transfer_encoding], "chunked")) {
      return fail(ErrorReason::bad_request, "unsupported Transfer-Encoding; send chunked or a Content-Length");
    }
  }
  const auto hosts = header_.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && !is_http_1_0())) {
    return fail(ErrorReason::bad_request, "a request must have exactly one Host header field");
  }
  if (!std::ranges::all_of(header_[http::field::host], is_host_character)) {
    return fail(ErrorReason::bad_request, "the Host header field is not a host and port");
  }
  return Progress::complete;
}

bool RequestParser::expects_continue() const {
  if (is_http_1_0() || parser_->is_done() || has_buffered()) return false;
  return boost::beast::iequals(header_[http::field::expect], "100-continue");
}

Result<void> RequestParser::take(Request& request) {
  request.method = header_.method();
  auto parsed = parse_target(header_.target(), request);
  request.body = std::move(parser_->get().body());
  request.headers = std::move(static_cast<http::fields&>(header_));
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
    const bool in_request_line = header_bytes_ == 0 && text_of(buffer_).find("\r\n") == std::string_view::npos;
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
