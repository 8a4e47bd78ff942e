#include "server/auth/client_authority_file.hpp"

#include <utility>

namespace inferno::server {

ClientAuthorityFile::ClientAuthorityFile(std::string file, std::shared_ptr<spdlog::logger> logger, SteadyClock clock)
    : authorities_(ReloadedContent("client CA file", std::move(file), std::move(logger)),
                   [clock = std::move(clock)](const std::string& content) {
                     return ReloadedFile<ClientAuthorities>::Parsed{.value = ClientAuthorities::parse(content, clock),
                                                                    .fault = "it holds no usable PEM certificates"};
                   }) {}

Result<std::shared_ptr<const ClientAuthorities>> ClientAuthorityFile::client_authorities() const {
  return authorities_.current();
}

}  // namespace inferno::server
