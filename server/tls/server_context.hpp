// What a TLS server of this project agrees to. Versions: 1.2 and 1.3. Suites: forward secret with authenticated
// encryption only. ALPN: http/1.1; a client that offers only other protocols is refused (RFC 7301, 3.2).
//
// Sessions are not resumed: the clients are few and keep their connections, and a ticket would outlive the certificate
// or the client authority that it was issued under. Client certificates are asked for, not demanded, and not judged
// here, so that an unknown one ends as a readable 401 rather than a TLS alert.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>
#include <memory>
#include <string>

#include "server/tls/certificate_pair.hpp"

namespace inferno::server {

enum class TlsVersion { tls_1_2, tls_1_3 };

struct TlsPolicy {
  TlsVersion minimum_version = TlsVersion::tls_1_2;
  bool request_client_certificate = false;
};

struct TlsError {
  std::string message;
};

template <class T>
using TlsResult = boost::system::result<T, TlsError>;

[[noreturn]] void throw_exception_from_error(const TlsError& error, const boost::source_location& where);

// Where the certificate came from, for messages.
struct CertificateOrigin {
  std::string certificate;
  std::string key;
};

[[nodiscard]] TlsResult<std::shared_ptr<boost::asio::ssl::context>> make_server_context(
    const TlsPolicy& policy, const CertificatePair& pair, const CertificateOrigin& origin);

}  // namespace inferno::server
