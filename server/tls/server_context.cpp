#include "server/tls/server_context.hpp"

#include <boost/asio/buffer.hpp>
#include <stdexcept>
#include <string_view>

#include "server/tls/openssl.hpp"

namespace inferno::server {
namespace {

namespace ssl = boost::asio::ssl;

constexpr const char* tls_1_2_suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// What Go offers, whose clients are the ones to serve. Finite-field groups cost the server milliseconds for each
// handshake that asks for one.
constexpr const char* key_exchange_groups = "X25519:P-256:P-384:P-521";

int select_http_1_1(SSL* /*connection*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void* /*argument*/) {
  static constexpr std::string_view protocol = "http/1.1";
  for (unsigned int at = 0; at < offered_size; at += 1U + offered[at]) {
    const unsigned int size = offered[at];
    if (at + 1 + size > offered_size) break;
    const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), size);
    if (name != protocol) continue;
    *chosen = offered + at + 1;
    *chosen_size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int accept_any_certificate(X509_STORE_CTX* /*store*/, void* /*argument*/) {
  return 1;
}

bool apply(const TlsPolicy& policy, SSL_CTX* context) {
  const int minimum = policy.minimum_version == TlsVersion::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  if (SSL_CTX_set_min_proto_version(context, minimum) != 1) return false;
  if (SSL_CTX_set_cipher_list(context, tls_1_2_suites) != 1) return false;
  if (SSL_CTX_set1_groups_list(context, key_exchange_groups) != 1) return false;
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // an idle connection then holds no record buffers
  SSL_CTX_set_alpn_select_cb(context, select_http_1_1, nullptr);
  if (policy.request_client_certificate) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, accept_any_certificate, nullptr);
  }
  return true;
}

}  // namespace

void throw_exception_from_error(const TlsError& error, const boost::source_location& /*where*/) {
  throw std::runtime_error(error.message);
}

TlsResult<std::shared_ptr<ssl::context>> make_server_context(const TlsPolicy& policy, const CertificatePair& pair,
                                                             const CertificateOrigin& origin) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  if (!apply(policy, context->native_handle())) return TlsError{"TLS settings: " + take_openssl_error()};
  boost::system::error_code error;
  context->use_certificate_chain(boost::asio::buffer(pair.certificate_pem), error);
  if (error) return TlsError{"no usable PEM certificate in " + origin.certificate + ": " + error.message()};
  context->use_private_key(boost::asio::buffer(pair.key_pem), ssl::context::pem, error);
  if (error) {
    return TlsError{"no usable PEM private key for the certificate " + origin.certificate + " in " + origin.key + ": " +
                    error.message()};
  }
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return TlsError{"the private key " + origin.key + " does not belong to the certificate " + origin.certificate +
                    ": " + take_openssl_error()};
  }
  return context;
}

}  // namespace inferno::server
