#include "server/tls/client_authorities.hpp"

#include <openssl/pem.h>

#include <cstddef>
#include <utility>

#include "server/tls/openssl.hpp"

namespace inferno::server {
namespace {

constexpr std::chrono::minutes verdict_lifetime{1};
constexpr std::size_t max_verdicts = 1024;

// X509_V_OK where the authority in the store vouches for the certificate.
int verify(X509_STORE* store, const PeerCertificate& certificate) {
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), store, certificate.leaf(), certificate.chain()) != 1) {
    ERR_clear_error();
    return X509_V_ERR_OUT_OF_MEM;
  }
  X509_STORE_CTX_set_default(context.get(), "ssl_client");
  // Every authority is trusted in itself, also one that another authority signed, as in Kubernetes.
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert(context.get()) == 1) return X509_V_OK;
  ERR_clear_error();
  const int error = X509_STORE_CTX_get_error(context.get());
  return error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
}

}  // namespace

std::shared_ptr<const ClientAuthorities> ClientAuthorities::parse(const std::string& pem, SteadyClock clock) {
  Stores stores;
  const BioPtr bio = memory_bio(pem);
  for (;;) {
    const X509Ptr authority(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!authority) break;
    stores.emplace_back(X509_STORE_new(), X509_STORE_free);
    if (X509_STORE_add_cert(stores.back().get(), authority.get()) != 1) {
      ERR_clear_error();
      return nullptr;
    }
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (stores.empty() || !at_end) return nullptr;
  return std::shared_ptr<const ClientAuthorities>(new ClientAuthorities(std::move(stores), std::move(clock)));
}

ClientAuthorities::ClientAuthorities(Stores stores, SteadyClock clock)
    : stores_(std::move(stores)), clock_(std::move(clock)), faults_(max_verdicts) {}

std::string ClientAuthorities::fault_of(const PeerCertificate& certificate) const {
  const auto now = clock_();
  {
    const std::lock_guard lock(mutex_);
    if (const std::string* known = faults_.find(certificate.fingerprint(), now)) return *known;
  }
  int result = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  for (const auto& store : stores_) {
    const int error = verify(store.get(), certificate);
    // That another authority signed it says less than what is wrong under the one that did.
    if (error != X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) result = error;
    if (error == X509_V_OK) break;
  }
  std::string fault = result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
  const std::lock_guard lock(mutex_);
  faults_.put(certificate.fingerprint(), fault, now + verdict_lifetime);
  return fault;
}

}  // namespace inferno::server
