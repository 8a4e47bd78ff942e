// The serving certificate as it is now: read from files, read again by refresh(), or given once.
//
// A pair that can't be used (missing, half-written, key of another certificate) leaves the last good one in place and
// is logged once, until the files change again. Connections that exist keep the certificate they started with.
// Thread safe.
#pragma once

#include <spdlog/fwd.h>

#include <memory>
#include <mutex>
#include <string>

#include "server/tls/certificate_pair.hpp"
#include "server/tls/server_context.hpp"

namespace inferno::server {

class TlsContextSource {
 public:
  struct Files {
    std::string certificate_file;
    std::string key_file;
  };

  // Both throw std::runtime_error naming the file and the cause where there is no usable pair to start with.
  TlsContextSource(const TlsPolicy& policy, Files files, std::shared_ptr<spdlog::logger> logger);
  TlsContextSource(const TlsPolicy& policy, const CertificatePair& pair);

  // For new connections.
  [[nodiscard]] std::shared_ptr<boost::asio::ssl::context> current() const;

  // Takes over the files' content where it changed; for a Refresher.
  void refresh();

 private:
  using Context = std::shared_ptr<boost::asio::ssl::context>;
  [[nodiscard]] TlsResult<CertificatePair> read() const;

  TlsPolicy policy_;
  Files files_;
  std::shared_ptr<spdlog::logger> logger_;
  CertificatePair seen_;      // content of the last attempt; used by refresh alone
  std::string last_failure_;  // likewise
  mutable std::mutex mutex_;  // guards context_
  Context context_;
};

}  // namespace inferno::server
