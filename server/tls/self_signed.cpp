#include "server/tls/self_signed.hpp"

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "server/tls/openssl.hpp"

namespace inferno::server {
namespace {

constexpr long valid_seconds = 365L * 24 * 3600;
constexpr long clock_skew_seconds = 300;

void require(bool success, const char* step) {
  if (!success) throw std::runtime_error(std::string("self-signed certificate: ") + step + ": " + take_openssl_error());
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) {
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(name, not_an_address);
    if (!text.empty()) text += ',';
    text += (not_an_address ? "DNS:" : "IP:") + name;
  }
  return text;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

void set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "random serial number");
  bytes.front() &= 0x7fU;  // RFC 5280, 4.1.2.2: positive
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  const bool set = number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  require(set, "serial number");
}

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void write_whole(const std::string& path, const std::string& content, mode_t mode) {
  const auto fail = [&path](const char* what) {
    throw std::system_error(errno, std::generic_category(), std::string(what) + ' ' + path);
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) fail("cannot create");
  const ssize_t written = ::write(file, content.data(), content.size());
  const bool closed = ::close(file) == 0;
  if (written != static_cast<ssize_t>(content.size()) || !closed) fail("cannot write");
}

}  // namespace

std::vector<std::string> default_certificate_names() {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  boost::system::error_code error;
  const std::string host = boost::asio::ip::host_name(error);
  if (!error && !host.empty() && host != names.front()) names.push_back(host);
  return names;
}

CertificatePair make_self_signed_certificate(const std::vector<std::string>& names) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  require(key != nullptr, "key");
  const X509Ptr certificate(X509_new());
  require(certificate != nullptr, "certificate");
  X509* const x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  set_random_serial(x509);
  X509_gmtime_adj(X509_getm_notBefore(x509), -clock_skew_seconds);
  X509_gmtime_adj(X509_getm_notAfter(x509), valid_seconds);
  static constexpr unsigned char common_name[] = "inferno-adapter self-signed";
  X509_NAME* const subject = X509_get_subject_name(x509);
  require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1, "subject");
  require(X509_set_issuer_name(x509, subject) == 1, "issuer");
  require(X509_set_pubkey(x509, key.get()) == 1, "public key");
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");  // it is its own authority
  add_extension(x509, NID_key_usage, "critical,digitalSignature,keyCertSign");
  add_extension(x509, NID_ext_key_usage, "serverAuth");
  add_extension(x509, NID_subject_key_identifier, "hash");
  add_extension(x509, NID_subject_alt_name, alternative_names(names));
  require(X509_sign(x509, key.get(), EVP_sha256()) > 0, "signature");

  const BioPtr certificate_bio(BIO_new(BIO_s_mem()));
  const BioPtr key_bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(certificate_bio.get(), x509) == 1, "PEM");
  require(PEM_write_bio_PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, "PEM");
  return {bio_text(certificate_bio.get()), bio_text(key_bio.get())};
}

CertificateFiles write_certificate_files(const CertificatePair& pair, const std::string& folder) {
  std::filesystem::create_directories(folder);
  CertificateFiles files{folder + "/tls.crt", folder + "/tls.key"};
  write_whole(files.certificate_file, pair.certificate_pem, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  write_whole(files.key_file, pair.key_pem, S_IRUSR | S_IWUSR);
  return files;
}

}  // namespace inferno::server
