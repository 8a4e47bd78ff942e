#include "adapter/http_client/client_tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <string>

namespace inferno::http_client {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

}  // namespace

ClientTls::Pem::Pem(const PemSource& source) : text_(source.text) {
  if (!source.file.empty()) file_.emplace(source.file);
}

boost::system::result<bool, FileProblem> ClientTls::Pem::refresh() {
  if (!file_) return false;
  return file_->refresh();
}

ClientTls::ClientTls(const ClientTlsOptions& options) : verify_(!options.insecure_skip_verify) {
  if (!options.authorities.empty()) authorities_.emplace(options.authorities);
  if (!options.certificate.empty()) certificate_ = ClientCertificate{Pem(options.certificate), Pem(options.key)};
}

boost::system::result<std::shared_ptr<ssl::context>, FileProblem> ClientTls::context() {
  const auto changed = refresh_files();
  is_outdated_ = is_outdated_ || (changed && *changed);
  if (!changed && !context_) return changed.error();
  if (!changed || !is_outdated_) return context_;

  auto made = make_context();
  if (made) {
    context_ = *made;
    is_outdated_ = false;
  } else if (!context_) {
    return made;
  }
  return context_;
}

boost::system::result<bool, FileProblem> ClientTls::refresh_files() {
  bool any = false;
  Pem* const files[] = {authorities_ ? &*authorities_ : nullptr, certificate_ ? &certificate_->chain : nullptr,
                        certificate_ ? &certificate_->key : nullptr};
  for (Pem* file : files) {
    if (file == nullptr) continue;
    const auto changed = file->refresh();
    if (!changed) {
      is_outdated_ = is_outdated_ || any;
      return changed.error();
    }
    any = any || *changed;
  }
  return any;
}

boost::system::result<std::shared_ptr<ssl::context>, FileProblem> ClientTls::make_context() const {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  ::SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->set_verify_mode(verify_ ? ssl::verify_peer : ssl::verify_none);

  error_code error;
  if (authorities_) {
    context->add_certificate_authority(boost::asio::buffer(authorities_->content()), error);
    if (error) return FileProblem{authorities_->name() + " holds no certificates in PEM form: " + error.message()};
  } else {
    context->set_default_verify_paths(error);
    if (error) return FileProblem{"the system's trust store can't be used: " + error.message()};
  }
  if (certificate_) {
    context->use_certificate_chain(boost::asio::buffer(certificate_->chain.content()), error);
    if (error) return FileProblem{certificate_->chain.name() + " holds no certificate in PEM form: " + error.message()};
    // Without a callback OpenSSL would ask for the passphrase on the terminal.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
    context->use_private_key(boost::asio::buffer(certificate_->key.content()), ssl::context::pem, error);
    if (error) {
      return FileProblem{certificate_->key.name() +
                         " holds no private key in PEM form, without a passphrase, that fits " +
                         certificate_->chain.name() + ": " + error.message()};
    }
  }
  return context;
}

}  // namespace inferno::http_client
