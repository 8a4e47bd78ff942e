#include "server/tls/context_source.hpp"

#include <spdlog/logger.h>

#include <utility>

#include "server/files/read_file.hpp"

namespace inferno::server {

TlsContextSource::TlsContextSource(const TlsPolicy& policy, Files files, std::shared_ptr<spdlog::logger> logger)
    : policy_(policy), files_(std::move(files)), logger_(std::move(logger)), seen_(read().value()) {
  context_ = make_server_context(policy_, seen_, {files_.certificate_file, files_.key_file}).value();
}

TlsContextSource::TlsContextSource(const TlsPolicy& policy, const CertificatePair& pair)
    : policy_(policy),
      context_(make_server_context(policy, pair, {"the given certificate", "the given key"}).value()) {}

std::shared_ptr<boost::asio::ssl::context> TlsContextSource::current() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

TlsResult<CertificatePair> TlsContextSource::read() const {
  auto certificate = read_file(files_.certificate_file);
  if (!certificate) {
    return TlsError{"cannot read the certificate " + files_.certificate_file + ": " + certificate.error().message()};
  }
  auto key = read_file(files_.key_file);
  if (!key) return TlsError{"cannot read the private key " + files_.key_file + ": " + key.error().message()};
  return CertificatePair{*std::move(certificate), *std::move(key)};
}

void TlsContextSource::refresh() {
  if (files_.certificate_file.empty()) return;
  const auto fail = [this](const std::string& message) {
    if (message == last_failure_) return;
    logger_->error("serving certificate not reloaded, the previous one stays in use: {}", message);
    last_failure_ = message;
  };
  auto pair = read();
  if (!pair) return fail(pair.error().message);
  last_failure_.clear();
  const bool unchanged = pair->certificate_pem == seen_.certificate_pem && pair->key_pem == seen_.key_pem;
  if (unchanged) return;
  seen_ = *std::move(pair);
  auto context = make_server_context(policy_, seen_, {files_.certificate_file, files_.key_file});
  if (!context) return fail(context.error().message);
  {
    const std::lock_guard lock(mutex_);
    context_ = *std::move(context);
  }
  logger_->info("serving certificate reloaded from {}", files_.certificate_file);
}

}  // namespace inferno::server
