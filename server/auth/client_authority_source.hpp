// Where the authorities that sign clients' certificates come from: a file, or the cluster's own configuration.
#pragma once

#include <memory>

#include "server/api/error.hpp"
#include "server/tls/client_authorities.hpp"

namespace inferno::server {

// Thread safe.
class ClientAuthoritySource {
 public:
  virtual ~ClientAuthoritySource() = default;

  // Null where there are none and won't be: certificates are no credential then. An error (service_unavailable) where
  // it is not known yet who they are.
  [[nodiscard]] virtual Result<std::shared_ptr<const ClientAuthorities>> client_authorities() const = 0;
};

}  // namespace inferno::server
