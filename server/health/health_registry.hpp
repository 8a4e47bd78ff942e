// Named health checks behind /livez, /readyz and /healthz, with kube-apiserver's texts (source:
// k8s.io/apiserver/pkg/server/healthz): `ok`, with ?verbose a line per check, 500 with the lines where a check fails,
// ?exclude=NAME, and each check at /livez/NAME. Unlike there a failing check's reason is printed: the checks are ours
// and tell no secret.
//
// Checks are added before the first request. Each must be quick, must not block, and may be called from any thread.
#pragma once

#include <spdlog/fwd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"
#include "server/http/router.hpp"

namespace inferno::server {

class HealthRegistry {
 public:
  // Why it is not healthy; nothing where it is.
  using Check = std::function<std::optional<std::string>()>;
  // What an operator should know though the check passes; shown with ?verbose.
  using Remark = std::function<std::optional<std::string>()>;

  // Which questions a check answers; /healthz has them all. A check that only readiness has keeps clients away; one
  // that liveness has makes the kubelet restart the container.
  enum class Kind { readiness, liveness_and_readiness };

  // Starts with "ping", which never fails.
  explicit HealthRegistry(std::shared_ptr<spdlog::logger> logger);

  // Throws std::invalid_argument for a name that is taken or not made of lower case letters, digits and dashes.
  void add(std::string name, Kind kind, Check check, Remark remark = {});

  // Answers /{endpoint} and /{endpoint}/{check}, 404 for a check that it hasn't.
  [[nodiscard]] Response answer(const Request& request) const;

 private:
  struct Entry {
    std::string name;
    Kind kind;
    Check check;
    Remark remark;
  };
  [[nodiscard]] static bool concerns(std::string_view endpoint, const Entry& entry);
  [[nodiscard]] Response answer_one(std::string_view endpoint, std::string_view name) const;
  [[nodiscard]] Response answer_all(std::string_view endpoint, const Request& request) const;

  std::shared_ptr<spdlog::logger> logger_;
  std::vector<Entry> entries_;
};

// Adds the routes of all endpoints. The registry lives as long as the router does.
void add_health_routes(Router& router, const std::shared_ptr<const HealthRegistry>& registry);

}  // namespace inferno::server
