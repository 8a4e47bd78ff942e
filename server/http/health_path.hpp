// The paths that must answer whatever else happens: never refused for load, never in need of authorization.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "server/http/message.hpp"

namespace inferno::server {

inline constexpr std::array<std::string_view, 3> health_endpoints{"livez", "readyz", "healthz"};

[[nodiscard]] inline bool is_health_path(const Request& request) {
  return !request.segments.empty() &&
         std::ranges::find(health_endpoints, request.segments.front()) != health_endpoints.end();
}

}  // namespace inferno::server
