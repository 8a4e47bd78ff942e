#include "adapter/program/serving_files.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "adapter/program/settings.hpp"
#include "server/auth/client_authority_file.hpp"
#include "server/auth/token_file_authenticator.hpp"
#include "server/files/read_file.hpp"
#include "server/tls/context_source.hpp"

namespace inferno {
namespace {

// The components that will use a file know best whether it can be used; they throw where it can't.
template <class Make>
std::optional<OptionProblem> problem_of(const char* option, const Make& make) {
  try {
    make();
  } catch (const std::runtime_error& error) {
    return OptionProblem{option, error.what()};
  }
  return std::nullopt;
}

std::optional<OptionProblem> unreadable(const char* option, const std::string& file) {
  const auto content = server::read_file(file);
  if (content) return std::nullopt;
  return OptionProblem{option, "cannot read " + file + ": " + content.error().message()};
}

}  // namespace

std::optional<OptionProblem> find_file_problem(const Options& given) {
  const ServerOptions& options = given.server;
  // What is worth a warning is told when the files are used.
  const auto silent = std::make_shared<spdlog::logger>("");
  if (!options.tls_cert_file.empty()) {
    if (auto problem = unreadable("tls-cert-file", options.tls_cert_file)) return problem;
    if (auto problem = unreadable("tls-private-key-file", options.tls_private_key_file)) return problem;
    auto problem = problem_of("tls-cert-file", [&] {
      const server::TlsContextSource pair(
          tls_settings(given), {.certificate_file = options.tls_cert_file, .key_file = options.tls_private_key_file},
          silent);
    });
    if (problem) return problem;
  }
  if (!options.client_ca_file.empty()) {
    auto problem = problem_of("client-ca-file",
                              [&] { const server::ClientAuthorityFile authorities(options.client_ca_file, silent); });
    if (problem) return problem;
  }
  if (options.token_auth_file.empty()) return std::nullopt;
  return problem_of("token-auth-file",
                    [&] { const server::TokenFileAuthenticator tokens(options.token_auth_file, silent); });
}

}  // namespace inferno
