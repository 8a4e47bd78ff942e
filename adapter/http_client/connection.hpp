// One HTTP connection, plain or TLS. Every operation ends at the deadline of the call it belongs to, with
// beast::error::timeout; cancelling the awaiting coroutine throws system_error(operation_aborted). Not thread safe: one
// operation at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include "adapter/http_client/base_url.hpp"

namespace inferno::http_client {

using Deadline = std::chrono::steady_clock::time_point;

class Connection {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using AnswerParser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;

  struct OpenError {
    boost::system::error_code code;
    std::string message;  // what failed: "cannot resolve prometheus: Host not found"
  };
  struct OpenResult {
    std::unique_ptr<Connection> connection;  // null: see error
    OpenError error;
  };

  // `tls` is null for a plain connection. The peer's certificate must be for `server_name`, unless the verify mode says
  // that nothing is verified. Peers that vanish without a word are noticed by TCP keep-alive within half a minute.
  static boost::asio::awaitable<OpenResult> open(boost::asio::any_io_executor executor, BaseUrl url,
                                                 std::shared_ptr<boost::asio::ssl::context> tls,
                                                 std::string server_name, Deadline deadline);

  boost::asio::awaitable<boost::system::error_code> write(const Request& request, Deadline deadline);
  boost::asio::awaitable<boost::system::error_code> read_header(AnswerParser& parser, Deadline deadline);
  boost::asio::awaitable<boost::system::error_code> read_some(AnswerParser& parser, Deadline deadline);

  // Whether bytes have arrived that belong to no answer read so far.
  [[nodiscard]] bool has_unread() const { return buffer_.size() > 0; }
  // False once the peer has closed it or sent something unasked: not fit for another request.
  [[nodiscard]] bool is_idle();
  [[nodiscard]] const boost::asio::ssl::context* tls() const { return tls_.get(); }

 private:
  using Plain = boost::beast::tcp_stream;
  using Tls = boost::beast::ssl_stream<boost::beast::tcp_stream>;

  Connection(const boost::asio::any_io_executor& executor, std::shared_ptr<boost::asio::ssl::context> tls);

  Plain& tcp();
  boost::asio::awaitable<OpenError> handshake(const std::string& host, Deadline deadline);

  std::shared_ptr<boost::asio::ssl::context> tls_;
  std::variant<Plain, Tls> stream_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace inferno::http_client
