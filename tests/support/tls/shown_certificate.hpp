// A client certificate as the server's side of a handshake gets to see it, without a network.
#pragma once

#include <memory>

#include "server/tls/certificate_pair.hpp"
#include "server/tls/peer_certificate.hpp"

namespace inferno::testing {

[[nodiscard]] std::shared_ptr<const server::PeerCertificate> shown_certificate(const server::CertificatePair& client);

}  // namespace inferno::testing
