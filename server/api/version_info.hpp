// /version: what this binary was built from, as Kubernetes' version.Info. Pure.
#pragma once

#include <string>

namespace inferno::server {

struct BuildInfo {
  std::string version;  // MAJOR.MINOR.PATCH, without "v"
  std::string commit;   // empty where unknown
  std::string date;     // RFC 3339, empty where unknown
};

// version.Info as JSON. Its goVersion is empty: this is not a Go program, and clients require the field.
[[nodiscard]] std::string version_info_json(const BuildInfo& build);

}  // namespace inferno::server
