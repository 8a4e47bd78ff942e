// The TLS side of a client: trust, client certificate. A new context is made when one of its files changes; connections
// of the old one go on until they end. Not thread safe.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>
#include <memory>
#include <optional>

#include "adapter/prometheus/client_options.hpp"
#include "adapter/prometheus/watched_file.hpp"

namespace inferno::prometheus {

class ClientTls {
 public:
  explicit ClientTls(const PrometheusClientOptions& options);

  // Same pointer = same settings. While changed files can't be used (a rotation in progress: certificate and key don't
  // fit) the last good context stays; a problem is returned only where there has been none.
  boost::system::result<std::shared_ptr<boost::asio::ssl::context>, FileProblem> context();

 private:
  struct ClientCertificate {
    WatchedFile chain;
    WatchedFile key;
  };

  boost::system::result<bool, FileProblem> refresh_files();
  boost::system::result<std::shared_ptr<boost::asio::ssl::context>, FileProblem> make_context() const;

  bool verify_;
  std::optional<WatchedFile> authorities_;
  std::optional<ClientCertificate> certificate_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  bool is_outdated_ = true;  // the files have changed since context_ was made
};

}  // namespace inferno::prometheus
