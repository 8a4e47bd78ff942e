#include "tests/support/http/scripted_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/read.hpp>
#include <exception>
#include <utility>

namespace inferno::testing {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

namespace {

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);

// A defect of the test itself must not pass unseen.
void rethrow(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

}  // namespace

Reply answer(std::string_view body, std::string_view status, std::string_view headers) {
  std::string text = "HTTP/1.1 " + std::string(status) +
                     "\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\n" + std::string(headers) + "\r\n" + std::string(body);
  return Reply(std::move(text));
}

ScriptedServer::ScriptedServer(asio::io_context& context, std::shared_ptr<asio::ssl::context> tls,
                               std::string_view address)
    : acceptor_(context, tcp::endpoint(asio::ip::make_address(address), 0)),
      tls_(std::move(tls)),
      url_((tls_ ? "https://" : "http://") + std::string(address) + ":" +
           std::to_string(acceptor_.local_endpoint().port())) {
  asio::co_spawn(context, accept(), rethrow);
}

asio::awaitable<void> ScriptedServer::accept() {
  while (true) {
    auto [error, socket] = co_await acceptor_.async_accept(as_value);
    if (error) co_return;
    ++connections_;
    asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), rethrow);
  }
}

asio::awaitable<void> ScriptedServer::serve(tcp::socket socket) {
  ++open_;
  if (tls_) {
    asio::ssl::stream<tcp::socket> stream(std::move(socket), *tls_);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_value);
    if (!error) co_await play(stream);
  } else {
    co_await play(socket);
  }
  --open_;
}

template <class Stream>
asio::awaitable<void> ScriptedServer::play(Stream& stream) {
  beast::flat_buffer buffer;
  while (true) {
    Request request;
    const auto [read_error, read] = co_await beast::http::async_read(stream, buffer, request, as_value);
    if (read_error) co_return;
    requests_.push_back(std::move(request));
    Reply reply;
    if (!replies_.empty()) {
      reply = std::move(replies_.front());
      replies_.pop_front();
    }
    std::string_view next = reply.bytes;
    do {
      const auto [write_error, written] = co_await asio::async_write(stream, asio::buffer(next), as_value);
      if (write_error) co_return;
      next = reply.without_end;
    } while (!next.empty());
    if (reply.then == Then::close) co_return;
    if (reply.then == Then::reset) {
      beast::get_lowest_layer(stream).set_option(asio::socket_base::linger(true, 0));
      beast::get_lowest_layer(stream).close();  // the destructor would not heed the option
      co_return;
    }
    if (listener_) listener_();
  }
}

}  // namespace inferno::testing
