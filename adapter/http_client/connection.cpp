#include "adapter/http_client/connection.hpp"

#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

namespace inferno::http_client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_buffered = 65536;

// Nothing here cancels an operation but the awaiting coroutine's own cancellation.
error_code unless_cancelled(error_code error) {
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  return error;
}

// A look-up in progress. It outlives the call that asked: getaddrinfo can't be stopped, only left alone.
struct LookUp {
  explicit LookUp(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  bool is_done = false;
  error_code error;
  tcp::resolver::results_type results;
};

asio::awaitable<std::pair<error_code, tcp::resolver::results_type>> resolve(asio::any_io_executor executor,
                                                                            const BaseUrl& url, Deadline deadline) {
  auto look_up = std::make_shared<LookUp>(executor);
  look_up->done.expires_at(deadline);
  look_up->resolver.async_resolve(url.host, std::to_string(url.port), tcp::resolver::numeric_service,
                                  [look_up](error_code error, tcp::resolver::results_type results) {
                                    look_up->is_done = true;
                                    look_up->error = error;
                                    look_up->results = std::move(results);
                                    look_up->done.cancel();
                                  });
  const auto [waited] = co_await look_up->done.async_wait(as_value);
  if (look_up->is_done) co_return std::pair(look_up->error, look_up->results);
  error_code outcome = unless_cancelled(waited);
  if (!outcome) outcome = beast::error::timeout;
  co_return std::pair(outcome, tcp::resolver::results_type{});
}

// Failures are ignored: only delays are at stake.
void tune(tcp::socket& socket) {
  const auto set = [&](int level, int name, int value) {
    ::setsockopt(socket.native_handle(), level, name, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 15);  // seconds
  set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

// Sets what the certificate must say, and the name that the server may choose a certificate by.
void expect_host(SSL* ssl, const std::string& host) {
  error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (!not_an_address) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl), host.c_str());
    return;
  }
  ::SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  ::SSL_set1_host(ssl, host.c_str());
  ::SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
}

}  // namespace

Connection::Connection(const asio::any_io_executor& executor, std::shared_ptr<asio::ssl::context> tls)
    : tls_(std::move(tls)),
      stream_(tls_ ? std::variant<Plain, Tls>(std::in_place_type<Tls>, executor, *tls_)
                   : std::variant<Plain, Tls>(std::in_place_type<Plain>, executor)),
      buffer_(most_buffered) {}

Connection::Plain& Connection::tcp() {
  auto* secured = std::get_if<Tls>(&stream_);
  return secured != nullptr ? secured->next_layer() : std::get<Plain>(stream_);
}

asio::awaitable<Connection::OpenResult> Connection::open(asio::any_io_executor executor, BaseUrl url,
                                                         std::shared_ptr<asio::ssl::context> tls,
                                                         std::string server_name, Deadline deadline) {
  OpenResult opened;
  auto [resolve_error, endpoints] = co_await resolve(executor, url, deadline);
  if (resolve_error) {
    opened.error = {resolve_error, "cannot resolve " + url.host + ": " + resolve_error.message()};
    co_return opened;
  }
  std::unique_ptr<Connection> connection(new Connection(executor, std::move(tls)));
  connection->tcp().expires_at(deadline);
  const auto [connect_error, endpoint] = co_await connection->tcp().async_connect(endpoints, as_value);
  if (unless_cancelled(connect_error)) {
    opened.error = {connect_error, "cannot connect: " + connect_error.message()};
    co_return opened;
  }
  tune(connection->tcp().socket());
  if (connection->tls_) {
    opened.error = co_await connection->handshake(server_name, deadline);
    if (opened.error.code) co_return opened;
  }
  opened.connection = std::move(connection);
  co_return opened;
}

asio::awaitable<Connection::OpenError> Connection::handshake(const std::string& host, Deadline deadline) {
  Tls& stream = std::get<Tls>(stream_);
  SSL* ssl = stream.native_handle();
  expect_host(ssl, host);
  tcp().expires_at(deadline);
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_value);
  OpenError failure;
  if (unless_cancelled(error)) {
    const long verified = ::SSL_get_verify_result(ssl);
    const bool distrusted = verified != X509_V_OK && ::SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE;
    failure.code = error;
    failure.message = distrusted
                          ? std::string("the certificate is not trusted: ") + ::X509_verify_cert_error_string(verified)
                          : "TLS handshake failed: " + error.message();
  }
  co_return failure;
}

asio::awaitable<error_code> Connection::write(const Request& request, Deadline deadline) {
  tcp().expires_at(deadline);
  error_code error;
  if (auto* secured = std::get_if<Tls>(&stream_)) {
    error = std::get<0>(co_await beast::http::async_write(*secured, request, as_value));
  } else {
    error = std::get<0>(co_await beast::http::async_write(std::get<Plain>(stream_), request, as_value));
  }
  co_return unless_cancelled(error);
}

asio::awaitable<error_code> Connection::read_header(AnswerParser& parser, Deadline deadline) {
  tcp().expires_at(deadline);
  error_code error;
  if (auto* secured = std::get_if<Tls>(&stream_)) {
    error = std::get<0>(co_await beast::http::async_read_header(*secured, buffer_, parser, as_value));
  } else {
    error = std::get<0>(co_await beast::http::async_read_header(std::get<Plain>(stream_), buffer_, parser, as_value));
  }
  co_return unless_cancelled(error);
}

asio::awaitable<error_code> Connection::read_some(AnswerParser& parser, Deadline deadline) {
  tcp().expires_at(deadline);
  error_code error;
  if (auto* secured = std::get_if<Tls>(&stream_)) {
    error = std::get<0>(co_await beast::http::async_read_some(*secured, buffer_, parser, as_value));
  } else {
    error = std::get<0>(co_await beast::http::async_read_some(std::get<Plain>(stream_), buffer_, parser, as_value));
  }
  // Not an error: the piece of memory for the body is full.
  if (error == beast::http::error::need_buffer) error = {};
  co_return unless_cancelled(error);
}

bool Connection::is_idle() {
  char byte = 0;
  const ssize_t count = ::recv(tcp().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace inferno::http_client
