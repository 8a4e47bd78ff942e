#include "server/auth/client_certificate_authenticator.hpp"

#include <openssl/pem.h>
#include <spdlog/logger.h>

#include <stdexcept>
#include <utility>

#include "server/files/read_file.hpp"
#include "server/tls/openssl.hpp"

namespace inferno::server {
namespace {

constexpr std::chrono::minutes verdict_lifetime{1};
constexpr std::size_t max_verdicts = 1024;

// Null where the text holds no certificate, or something that is none.
std::shared_ptr<x509_store_st> make_store(const std::string& pem) {
  std::shared_ptr<x509_store_st> store(X509_STORE_new(), X509_STORE_free);
  const BioPtr bio = memory_bio(pem);
  std::size_t count = 0;
  for (;;) {
    const X509Ptr authority(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!authority) break;
    if (X509_STORE_add_cert(store.get(), authority.get()) != 1) return nullptr;
    ++count;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return count > 0 && at_end ? store : nullptr;
}

// The cause of failure; empty where the certificate is good.
std::string verify(X509_STORE* store, const PeerCertificate& certificate) {
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), store, certificate.leaf(), certificate.chain()) != 1) {
    return take_openssl_error();
  }
  X509_STORE_CTX_set_default(context.get(), "ssl_client");
  // Every certificate of the file is trusted in itself, also one that another authority signed, as in Kubernetes.
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert(context.get()) == 1) return {};
  const int error = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  return X509_verify_cert_error_string(error);
}

}  // namespace

ClientCertificateAuthenticator::ClientCertificateAuthenticator(std::string authority_file,
                                                               std::shared_ptr<spdlog::logger> logger, Clock clock)
    : authority_file_(std::move(authority_file)), logger_(std::move(logger)), clock_(std::move(clock)) {
  auto content = read_file(authority_file_);
  if (!content) {
    throw std::runtime_error("cannot read the client CA file " + authority_file_ + ": " + content.error().message());
  }
  seen_ = *std::move(content);
  store_ = make_store(seen_);
  if (!store_) throw std::runtime_error("no usable PEM certificates in the client CA file " + authority_file_);
}

boost::asio::awaitable<Result<std::optional<Identity>>> ClientCertificateAuthenticator::authenticate(
    Credentials credentials) {
  if (credentials.peer_certificate == nullptr) co_return std::optional<Identity>{};
  const PeerCertificate& certificate = *credentials.peer_certificate;
  const Verdict verdict = verdict_on(certificate);
  if (!verdict.failure.empty()) {
    co_return unauthorized("Unauthorized: the client certificate was not accepted: " + verdict.failure);
  }
  if (certificate.common_name().empty()) {
    co_return unauthorized("Unauthorized: the client certificate has no common name");
  }
  Identity identity;
  identity.name = certificate.common_name();
  identity.groups = certificate.organizations();
  co_return std::optional<Identity>(std::move(identity));
}

ClientCertificateAuthenticator::Verdict ClientCertificateAuthenticator::verdict_on(const PeerCertificate& certificate) {
  const auto now = clock_();
  Store store;
  {
    const std::lock_guard lock(mutex_);
    const auto found = verdicts_.find(certificate.fingerprint());
    if (found != verdicts_.end() && now < found->second.until) return found->second;
    store = store_;
  }
  Verdict verdict{now + verdict_lifetime, verify(store.get(), certificate)};
  const std::lock_guard lock(mutex_);
  if (store == store_) {  // else judged by authorities that have just been replaced
    if (verdicts_.size() >= max_verdicts) verdicts_.clear();
    verdicts_.insert_or_assign(certificate.fingerprint(), verdict);
  }
  return verdict;
}

void ClientCertificateAuthenticator::refresh() {
  const auto fail = [this](const std::string& message) {
    if (message != last_failure_) logger_->error("client CA not reloaded, the previous one stays in use: {}", message);
    last_failure_ = message;
  };
  auto content = read_file(authority_file_);
  if (!content) return fail("cannot read " + authority_file_ + ": " + content.error().message());
  last_failure_.clear();
  if (*content == seen_) return;
  seen_ = *std::move(content);
  auto store = make_store(seen_);
  if (!store) return fail("no usable PEM certificates in " + authority_file_);
  {
    const std::lock_guard lock(mutex_);
    store_ = std::move(store);
    verdicts_.clear();
  }
  logger_->info("client CA reloaded from {}", authority_file_);
}

}  // namespace inferno::server
