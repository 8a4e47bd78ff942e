// A client certificate under a trusted authority: its common name is the user, its organizations are the groups. Source
// of the rule: k8s.io/apiserver/pkg/authentication/request/x509 (CommonNameUserConversion).
//
// Verification (chain, validity, use as a client) is remembered for a minute, so that a kept-alive connection pays for
// it once in a while rather than with each request. Thread safe.
#pragma once

#include <spdlog/fwd.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "server/auth/authenticator.hpp"

struct x509_store_st;

namespace inferno::server {

class ClientCertificateAuthenticator final : public Authenticator {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // Throws std::runtime_error naming the file where it holds no certificate.
  ClientCertificateAuthenticator(std::string authority_file, std::shared_ptr<spdlog::logger> logger,
                                 Clock clock = std::chrono::steady_clock::now);

  [[nodiscard]] boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(Credentials credentials) override;

  // Takes over the file's content where it changed, keeping the last good one; for a Refresher.
  void refresh();

 private:
  struct Verdict {
    std::chrono::steady_clock::time_point until;
    std::string failure;  // empty: verified
  };
  using Store = std::shared_ptr<x509_store_st>;

  [[nodiscard]] Verdict verdict_on(const PeerCertificate& certificate);

  std::string authority_file_;
  std::shared_ptr<spdlog::logger> logger_;
  Clock clock_;
  std::string seen_;  // used by refresh alone, as is
  std::string last_failure_;
  std::mutex mutex_;  // guards what follows
  Store store_;
  std::map<PeerCertificate::Fingerprint, Verdict> verdicts_;
};

}  // namespace inferno::server
