// The TLS side of a client: trust, client certificate. A new context is made when one of its files changes; connections
// of the old one go on until they end. Not thread safe.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/http_client/watched_file.hpp"

namespace inferno::http_client {

// PEM text from a file, which is read again when it changes, or given as such. At most one of the two is not empty.
struct PemSource {
  std::string file;
  std::string text;

  [[nodiscard]] bool empty() const { return file.empty() && text.empty(); }
};

struct ClientTlsOptions {
  PemSource authorities;  // the system's trust store where empty
  PemSource certificate;  // of the client, with its chain
  PemSource key;          // given where the certificate is
  bool insecure_skip_verify = false;
};

class ClientTls {
 public:
  explicit ClientTls(const ClientTlsOptions& options);

  // Same pointer = same settings. While changed files can't be used (a rotation in progress: certificate and key don't
  // fit) the last good context stays; a problem is returned only where there has been none.
  boost::system::result<std::shared_ptr<boost::asio::ssl::context>, FileProblem> context();

 private:
  class Pem {
   public:
    explicit Pem(const PemSource& source);
    // Whether the content is another one than at the last call.
    boost::system::result<bool, FileProblem> refresh();
    [[nodiscard]] std::string_view content() const { return file_ ? file_->content() : text_; }
    [[nodiscard]] std::string name() const { return file_ ? file_->path() : "the configuration"; }

   private:
    std::optional<WatchedFile> file_;
    std::string text_;
  };
  struct ClientCertificate {
    Pem chain;
    Pem key;
  };

  boost::system::result<bool, FileProblem> refresh_files();
  boost::system::result<std::shared_ptr<boost::asio::ssl::context>, FileProblem> make_context() const;

  bool verify_;
  std::optional<Pem> authorities_;
  std::optional<ClientCertificate> certificate_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  bool is_outdated_ = true;  // the files have changed since context_ was made
};

}  // namespace inferno::http_client
