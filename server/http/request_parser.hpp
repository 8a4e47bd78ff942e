// Turns the bytes of one connection into requests (RFC 9112), one after another, also where they arrive pipelined.
// No I/O: the caller reads into prepare(), tells by commit(), and asks parse() what has come of it.
//
// What is ambiguous is refused rather than guessed: both Content-Length and Transfer-Encoding, a transfer coding other
// than chunked, or any in HTTP/1.0, differing lengths, field values over several lines, no Host, several, or one that
// can't be one. Trailers are dropped: whoever looked after the header for us (such as a front proxy, which takes away
// the X-Remote- fields that its clients send) has not looked after them. After a failure the connection can't be used
// further.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <optional>
#include <string_view>

#include "server/api/error.hpp"
#include "server/http/message.hpp"
#include "server/http/server_options.hpp"

namespace inferno::server {

class RequestParser {
 public:
  explicit RequestParser(const RequestLimits& limits);

  [[nodiscard]] boost::asio::mutable_buffer prepare();
  void commit(std::size_t size) { buffer_.commit(size); }

  enum class Progress {
    need_header,  // read more
    need_body,    // read more
    complete,     // take() it
    failed,       // error() is the answer; then close
  };
  [[nodiscard]] Progress parse();
  [[nodiscard]] const ApiError& error() const { return error_; }

  // Of the request under way, once its header is complete.
  [[nodiscard]] bool expects_continue() const;
  [[nodiscard]] bool keep_alive() const { return parser_->keep_alive(); }
  [[nodiscard]] bool is_http_1_0() const { return header_.version() == 10; }
  [[nodiscard]] std::string_view target() const { return header_.target(); }  // until take()

  // Moves the complete request out; an error is one of its target, after which the connection is still usable.
  [[nodiscard]] Result<void> take(Request& request);

  // Makes ready for the request after this one.
  void next();

  // Bytes beyond the request that was parsed: another one, or its beginning.
  [[nodiscard]] bool has_buffered() const { return buffer_.size() > 0; }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  // How far the bytes at hand lead; `consumed` counts what the parser took.
  boost::system::error_code put(std::size_t& consumed);
  Progress parse_header();
  Progress parse_body();
  Progress check_header();
  Progress fail(ErrorReason reason, std::string message);
  Progress fail(const boost::system::error_code& error);

  RequestLimits limits_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  boost::beast::http::request_header<> header_;  // taken out of the parser, which goes on to put trailers there
  bool has_header_ = false;
  std::size_t header_bytes_ = 0;
  std::size_t body_bytes_ = 0;  // as sent: with the framing of chunks
  ApiError error_;
};

}  // namespace inferno::server
