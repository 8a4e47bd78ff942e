// A cluster as its extension-apiserver-authentication tells of it: two authorities, the usual headers.
#pragma once

#include <map>
#include <string>

#include "tests/support/tls/certificates.hpp"
#include "tests/support/tls/shown_certificate.hpp"

namespace inferno::testing {

struct Cluster {
  CertificateAuthority clients{"kubernetes-ca"};
  CertificateAuthority front_proxies{"front-proxy-ca"};

  // The ConfigMap's data.
  [[nodiscard]] std::map<std::string, std::string> data() const {
    return {{"client-ca-file", clients.certificate_pem()},
            {"requestheader-client-ca-file", front_proxies.certificate_pem()},
            {"requestheader-allowed-names", R"(["front-proxy-client"])"},
            {"requestheader-username-headers", R"(["X-Remote-User"])"},
            {"requestheader-uid-headers", R"(["X-Remote-Uid"])"},
            {"requestheader-group-headers", R"(["X-Remote-Group"])"},
            {"requestheader-extra-headers-prefix", R"(["X-Remote-Extra-"])"}};
  }

  using Shown = std::shared_ptr<const server::PeerCertificate>;
  [[nodiscard]] Shown aggregator() const {
    return shown_certificate(front_proxies.issue({.common_name = "front-proxy-client"}));
  }
  [[nodiscard]] Shown admin() const {
    return shown_certificate(clients.issue({.common_name = "kubernetes-admin", .organizations = {"system:masters"}}));
  }
  [[nodiscard]] static Shown stranger() {
    return shown_certificate(CertificateAuthority("front-proxy-ca").issue({.common_name = "front-proxy-client"}));
  }
};

}  // namespace inferno::testing
