#include "tests/support/tls/shown_certificate.hpp"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <stdexcept>

#include "server/tls/openssl.hpp"
#include "server/tls/server_context.hpp"
#include "tests/support/tls/certificates.hpp"

namespace inferno::testing {

namespace ssl = boost::asio::ssl;

namespace {

using SslPtr = std::unique_ptr<SSL, server::OpenSslFree<SSL_free>>;

// A step as far as it goes; true at the end.
bool shake(SSL* side) {
  const int result = SSL_do_handshake(side);
  if (result == 1) return true;
  if (SSL_get_error(side, result) != SSL_ERROR_WANT_READ) {
    throw std::runtime_error("handshake: " + server::take_openssl_error());
  }
  return false;
}

}  // namespace

std::shared_ptr<const server::PeerCertificate> shown_certificate(const server::CertificatePair& client) {
  static const CertificateAuthority authority("servers");
  const auto accepting = server::make_server_context(
      {.request_client_certificate = true},
      authority.issue({.common_name = "server", .usage = CertificateRequest::Usage::server}), {});
  ssl::context connecting(ssl::context::tls_client);
  connecting.use_certificate_chain(boost::asio::buffer(client.certificate_pem));
  connecting.use_private_key(boost::asio::buffer(client.key_pem), ssl::context::pem);

  const SslPtr near(SSL_new(connecting.native_handle()));
  const SslPtr far(SSL_new((*accepting)->native_handle()));
  BIO* near_end = nullptr;
  BIO* far_end = nullptr;
  if (!near || !far || BIO_new_bio_pair(&near_end, 0, &far_end, 0) != 1) {
    throw std::runtime_error("handshake: " + server::take_openssl_error());
  }
  SSL_set_bio(near.get(), near_end, near_end);  // each owns its end
  SSL_set_bio(far.get(), far_end, far_end);
  SSL_set_connect_state(near.get());
  SSL_set_accept_state(far.get());
  bool near_done = false;
  bool far_done = false;
  while (!near_done || !far_done) {
    near_done = near_done || shake(near.get());
    far_done = far_done || shake(far.get());
  }
  return server::PeerCertificate::of_connection(far.get());
}

}  // namespace inferno::testing
