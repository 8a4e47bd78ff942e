// An HTTPS client for tests that have a say in every byte. Calls block, but none for longer than 20 s: then it throws,
// as it does for any failure unless told otherwise. One thread at a time.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/tls/certificate_pair.hpp"

namespace inferno::testing {

using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

struct TlsClientOptions {
  std::string authority_pem = {};                           // trusted; empty: anything is
  std::optional<server::CertificatePair> certificate = {};  // to show
  int minimum_version = 0;                                  // TLS1_2_VERSION ...; 0: the library's
  int maximum_version = 0;
  std::string alpn = {};         // in wire form, "\x08http/1.1"; empty: not offered
  std::string cipher_list = {};  // of TLS 1.2 and before; empty: the library's
};

class TlsClient {
 public:
  // Connects to 127.0.0.1 by TCP; handshake() does the rest.
  explicit TlsClient(std::uint16_t port, TlsClientOptions options = {});
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  TlsClient(TlsClient&&) = delete;
  TlsClient& operator=(TlsClient&&) = delete;
  ~TlsClient() = default;

  // What the handshake ended with.
  [[nodiscard]] boost::system::error_code try_handshake();
  TlsClient& handshake();

  TlsClient& send(std::string_view bytes);

  // One answer; `to_head` where its body must not be waited for.
  [[nodiscard]] HttpResponse receive(bool to_head = false);
  [[nodiscard]] HttpResponse get(std::string_view target, std::string_view extra_header_lines = "");

  // Reads to the end. Returns what came; throws unless the server closed in good order (close_notify).
  [[nodiscard]] std::string receive_to_end();

  // Reads to the end, however that comes. Returns the number of bytes before it.
  std::size_t wait_for_end();

  [[nodiscard]] std::string server_common_name();
  [[nodiscard]] bool server_is_valid_for(const std::string& name_or_address);
  [[nodiscard]] std::string negotiated_alpn();
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return stream_.next_layer(); }

 private:
  struct Outcome {
    boost::system::error_code error;
    std::size_t size = 0;
  };
  // `start` is given the completion handler of an asynchronous operation.
  template <class Start>
  Outcome perform(const Start& start);
  Outcome read_some(boost::asio::mutable_buffer buffer);

  boost::asio::io_context context_;
  boost::asio::ssl::context tls_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace inferno::testing
