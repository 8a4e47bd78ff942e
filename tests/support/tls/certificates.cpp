#include "tests/support/tls/certificates.hpp"

#include <openssl/pem.h>

#include <atomic>
#include <stdexcept>

#include "server/tls/openssl.hpp"

namespace inferno::testing {
namespace {

using server::BioPtr;
using server::KeyPtr;
using server::X509Ptr;

void require(bool success) {
  if (!success) throw std::runtime_error("test certificate: " + server::take_openssl_error());
}

void add_name(X509* certificate, const char* field, const std::string& value) {
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), field, MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0) == 1);
}

void add_extension(X509* certificate, int kind, const char* value) {
  const server::ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

X509Ptr blank(EVP_PKEY* key, long from_seconds, long to_seconds) {
  static std::atomic<long> serial{1};
  X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to_seconds);
  require(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(bio.get());
}

}  // namespace

struct CertificateAuthority::Material {
  KeyPtr key;
  X509Ptr certificate;
};

CertificateAuthority::CertificateAuthority(const std::string& common_name) {
  KeyPtr key(EVP_EC_gen("P-256"));
  X509Ptr certificate = blank(key.get(), -60, 86400);
  add_name(certificate.get(), "CN", common_name);
  require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), NID_key_usage, "critical,keyCertSign");
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  certificate_pem_ = pem_of(certificate.get());
  material_ = std::make_shared<const Material>(Material{std::move(key), std::move(certificate)});
}

server::CertificatePair CertificateAuthority::issue(const CertificateRequest& request) const {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const X509Ptr certificate = blank(key.get(), request.valid_from_seconds, request.valid_to_seconds);
  for (const auto& organization : request.organizations) add_name(certificate.get(), "O", organization);
  for (const auto& user_id : request.user_ids) add_name(certificate.get(), "1.3.6.1.4.1.57683.2", user_id);
  if (!request.common_name.empty()) add_name(certificate.get(), "CN", request.common_name);
  require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(material_->certificate.get())) == 1);
  const bool for_server = request.usage == CertificateRequest::Usage::server;
  add_extension(certificate.get(), NID_ext_key_usage, for_server ? "serverAuth" : "clientAuth");
  if (for_server) add_extension(certificate.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  require(X509_sign(certificate.get(), material_->key.get(), EVP_sha256()) > 0);
  return {pem_of(certificate.get()), pem_of(key.get())};
}

}  // namespace inferno::testing
