// Certificate authorities that are trusted to vouch for clients. The set never changes: another one takes its place.
//
// Verification (chain, validity, use as a client) is remembered for a minute, so that a kept-alive connection pays for
// it once in a while rather than with each request. Thread safe.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/common/expiring_cache.hpp"
#include "server/common/steady_clock.hpp"
#include "server/tls/peer_certificate.hpp"

struct x509_store_st;

namespace inferno::server {

class ClientAuthorities {
 public:
  // Null where the text holds no PEM certificate, or one that is none.
  [[nodiscard]] static std::shared_ptr<const ClientAuthorities> parse(
      const std::string& pem, SteadyClock clock = std::chrono::steady_clock::now);

  // Why the certificate is not accepted as a client's; empty where it is.
  [[nodiscard]] std::string fault_of(const PeerCertificate& certificate) const;

 private:
  using Stores = std::vector<std::shared_ptr<x509_store_st>>;
  ClientAuthorities(Stores stores, SteadyClock clock);

  // One for each authority: OpenSSL tries only one of several with the same name, as there are while one is replaced.
  Stores stores_;
  SteadyClock clock_;
  mutable std::mutex mutex_;  // guards what follows
  mutable ExpiringCache<PeerCertificate::Fingerprint, std::string> faults_;
};

}  // namespace inferno::server
