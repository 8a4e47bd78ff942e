// An HTTP server that plays a script: it takes requests and answers each with the next reply, byte for byte as told, or
// not at all when there is none. On the test's own io_context, so that everything happens on one thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferno::testing {

// What to do with the connection once the bytes are sent.
enum class Then { wait_for_request, close, reset };

struct Reply {
  Reply() = default;
  // `more` is sent again and again after `text`, until the client has enough.
  explicit Reply(std::string text, Then next = Then::wait_for_request, std::string more = {})
      : bytes(std::move(text)), then(next), without_end(std::move(more)) {}

  std::string bytes;
  Then then = Then::wait_for_request;
  std::string without_end;
};

// A whole answer with status line, Content-Length and a Date header of 2023-11-14 22:13:20 UTC.
[[nodiscard]] Reply answer(std::string_view body, std::string_view status = "200 OK", std::string_view headers = "");

class ScriptedServer {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;

  // Listens on a loopback address. `tls` is null for plain HTTP.
  explicit ScriptedServer(boost::asio::io_context& context, std::shared_ptr<boost::asio::ssl::context> tls = nullptr,
                          std::string_view address = "127.0.0.1");

  void add(Reply reply) { replies_.push_back(std::move(reply)); }
  // Called when a reply (or as much of it as there is) has been written and its connection stays open.
  void on_reply(std::function<void()> listener) { listener_ = std::move(listener); }

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::vector<Request>& requests() const { return requests_; }
  [[nodiscard]] std::size_t connections() const { return connections_; }  // accepted so far
  [[nodiscard]] std::size_t open() const { return open_; }                // of them, still open
  // Ends the accept loop, and with it what keeps the io_context busy.
  void stop() { acceptor_.close(); }

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);
  template <class Stream>
  boost::asio::awaitable<void> play(Stream& stream);

  boost::asio::ip::tcp::acceptor acceptor_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  std::string url_;
  std::deque<Reply> replies_;
  std::vector<Request> requests_;
  std::function<void()> listener_;
  std::size_t connections_ = 0;
  std::size_t open_ = 0;
};

}  // namespace inferno::testing
