#include "server/tls/peer_certificate.hpp"

#include <openssl/ssl.h>

#include "server/tls/openssl.hpp"

namespace inferno::server {
namespace {

std::vector<std::string> subject_values(X509* certificate, const ASN1_OBJECT* kind) {
  std::vector<std::string> values;
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  for (int at = X509_NAME_get_index_by_OBJ(subject, kind, -1); at >= 0;
       at = X509_NAME_get_index_by_OBJ(subject, kind, at)) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (size < 0) continue;
    values.emplace_back(text, text + size);
    OPENSSL_free(text);
  }
  return values;
}

}  // namespace

std::shared_ptr<const PeerCertificate> PeerCertificate::of_connection(ssl_st* connection) {
  X509Ptr leaf(SSL_get1_peer_certificate(connection));
  if (!leaf) return nullptr;
  std::shared_ptr<PeerCertificate> peer(new PeerCertificate);
  STACK_OF(X509)* const sent = SSL_get_peer_cert_chain(connection);
  peer->chain_ = {sent != nullptr ? X509_chain_up_ref(sent) : sk_X509_new_null(),
                  [](STACK_OF(X509) * chain) { sk_X509_pop_free(chain, X509_free); }};
  X509_digest(leaf.get(), EVP_sha256(), peer->fingerprint_.data(), nullptr);
  peer->organizations_ = subject_values(leaf.get(), OBJ_nid2obj(NID_organizationName));
  const ObjectPtr user_id(OBJ_txt2obj("1.3.6.1.4.1.57683.2", 1));
  peer->user_ids_ = subject_values(leaf.get(), user_id.get());
  // The last one, as Go's pkix.Name and so Kubernetes read it.
  if (auto names = subject_values(leaf.get(), OBJ_nid2obj(NID_commonName)); !names.empty())
    peer->common_name_ = names.back();
  peer->leaf_ = {leaf.release(), X509_free};
  return peer;
}

}  // namespace inferno::server
