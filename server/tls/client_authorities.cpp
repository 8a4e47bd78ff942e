#include "server/tls/client_authorities.hpp"

#include <openssl/pem.h>

#include <cstddef>
#include <utility>

#include "server/tls/openssl.hpp"

namespace inferno::server {
namespace {

constexpr std::chrono::minutes verdict_lifetime{1};
constexpr std::size_t max_verdicts = 1024;

std::string verify(X509_STORE* store, const PeerCertificate& certificate) {
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), store, certificate.leaf(), certificate.chain()) != 1) {
    return take_openssl_error();
  }
  X509_STORE_CTX_set_default(context.get(), "ssl_client");
  // Every certificate of the set is trusted in itself, also one that another authority signed, as in Kubernetes.
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert(context.get()) == 1) return {};
  const int error = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  return X509_verify_cert_error_string(error);
}

}  // namespace

std::shared_ptr<const ClientAuthorities> ClientAuthorities::parse(const std::string& pem, SteadyClock clock) {
  std::shared_ptr<x509_store_st> store(X509_STORE_new(), X509_STORE_free);
  const BioPtr bio = memory_bio(pem);
  std::size_t count = 0;
  for (;;) {
    const X509Ptr authority(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!authority) break;
    if (X509_STORE_add_cert(store.get(), authority.get()) != 1) {
      ERR_clear_error();
      return nullptr;
    }
    ++count;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (count == 0 || !at_end) return nullptr;
  return std::shared_ptr<const ClientAuthorities>(new ClientAuthorities(std::move(store), std::move(clock)));
}

ClientAuthorities::ClientAuthorities(std::shared_ptr<x509_store_st> store, SteadyClock clock)
    : store_(std::move(store)), clock_(std::move(clock)), faults_(max_verdicts) {}

std::string ClientAuthorities::fault_of(const PeerCertificate& certificate) const {
  const auto now = clock_();
  {
    const std::lock_guard lock(mutex_);
    if (const std::string* known = faults_.find(certificate.fingerprint(), now)) return *known;
  }
  std::string fault = verify(store_.get(), certificate);
  const std::lock_guard lock(mutex_);
  faults_.put(certificate.fingerprint(), fault, now + verdict_lifetime);
  return fault;
}

}  // namespace inferno::server
