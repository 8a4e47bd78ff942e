#include "tests/support/tls/tls_client.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "server/tls/openssl.hpp"

namespace inferno::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::chrono::seconds longest_wait{20};

asio::ssl::context make_context(const TlsClientOptions& options) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_security_level(native, 0);  // so that what the server refuses can be offered
  if (options.minimum_version != 0) SSL_CTX_set_min_proto_version(native, options.minimum_version);
  if (options.maximum_version != 0) SSL_CTX_set_max_proto_version(native, options.maximum_version);
  if (!options.cipher_list.empty() && SSL_CTX_set_cipher_list(native, options.cipher_list.c_str()) != 1) {
    throw std::runtime_error("no such cipher: " + options.cipher_list);
  }
  if (!options.authority_pem.empty()) {
    context.add_certificate_authority(asio::buffer(options.authority_pem));
    context.set_verify_mode(asio::ssl::verify_peer);
  }
  if (options.certificate) {
    context.use_certificate_chain(asio::buffer(options.certificate->certificate_pem));
    context.use_private_key(asio::buffer(options.certificate->key_pem), asio::ssl::context::pem);
  }
  if (!options.alpn.empty()) {
    SSL_CTX_set_alpn_protos(native, reinterpret_cast<const unsigned char*>(options.alpn.data()),
                            static_cast<unsigned>(options.alpn.size()));
  }
  return context;
}

}  // namespace

TlsClient::TlsClient(std::uint16_t port, TlsClientOptions options)
    : tls_(make_context(options)), stream_(context_, tls_) {
  stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
  stream_.next_layer().set_option(asio::ip::tcp::no_delay(true));
}

template <class Start>
TlsClient::Outcome TlsClient::perform(const Start& start) {
  std::optional<Outcome> outcome;
  start([&outcome](const boost::system::error_code& error, std::size_t size = 0) { outcome = {error, size}; });
  context_.restart();
  context_.run_for(longest_wait);
  if (outcome) return *outcome;
  stream_.next_layer().close();
  context_.run();
  throw std::runtime_error("nothing happened for 20 s");
}

TlsClient::Outcome TlsClient::read_some(asio::mutable_buffer buffer) {
  return perform([&](auto handler) { stream_.async_read_some(buffer, std::move(handler)); });
}

boost::system::error_code TlsClient::try_handshake() {
  return perform([this](auto handler) { stream_.async_handshake(asio::ssl::stream_base::client, std::move(handler)); })
      .error;
}

TlsClient& TlsClient::handshake() {
  if (const auto error = try_handshake()) throw boost::system::system_error(error, "handshake");
  return *this;
}

TlsClient& TlsClient::send(std::string_view bytes) {
  const auto outcome =
      perform([&](auto handler) { asio::async_write(stream_, asio::buffer(bytes), std::move(handler)); });
  if (outcome.error) throw boost::system::system_error(outcome.error, "send");
  return *this;
}

HttpResponse TlsClient::receive(bool to_head) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  parser.skip(to_head);
  const auto outcome = perform([&](auto handler) { http::async_read(stream_, buffer_, parser, std::move(handler)); });
  if (outcome.error) throw boost::system::system_error(outcome.error, "receive");
  return parser.release();
}

HttpResponse TlsClient::get(std::string_view target, std::string_view extra_header_lines) {
  std::string request = "GET ";
  request += target;
  request += " HTTP/1.1\r\nHost: localhost\r\n";
  request += extra_header_lines;
  request += "\r\n";
  send(request);
  return receive();
}

std::string TlsClient::receive_to_end() {
  std::string bytes(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  buffer_.consume(buffer_.size());
  std::array<char, 4096> chunk{};
  for (;;) {
    const auto [error, size] = read_some(asio::buffer(chunk));
    bytes.append(chunk.data(), size);
    if (error == asio::error::eof) return bytes;
    if (error) throw boost::system::system_error(error, "after " + std::to_string(bytes.size()) + " bytes");
  }
}

std::size_t TlsClient::wait_for_end() {
  std::size_t received = buffer_.size();
  std::array<char, 4096> chunk{};
  for (;;) {
    const auto [error, size] = read_some(asio::buffer(chunk));
    received += size;
    if (error) return received;
  }
}

std::string TlsClient::server_common_name() {
  const server::X509Ptr certificate(SSL_get1_peer_certificate(stream_.native_handle()));
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

std::string TlsClient::negotiated_alpn() {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(stream_.native_handle(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

bool TlsClient::server_is_valid_for(const std::string& name_or_address) {
  const server::X509Ptr certificate(SSL_get1_peer_certificate(stream_.native_handle()));
  return X509_check_host(certificate.get(), name_or_address.c_str(), 0, 0, nullptr) == 1 ||
         X509_check_ip_asc(certificate.get(), name_or_address.c_str(), 0) == 1;
}

}  // namespace inferno::testing
