// The operations of this server, in the terms that OpenAPI 2 and 3 share. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/api/served_api.hpp"

namespace inferno::server {

struct OpenApiParameter {
  std::string name;
  bool in_path = false;  // else in the query, and optional
  std::string description;
};

// A GET.
struct OpenApiOperation {
  std::string path;
  std::string id;
  std::string tag;
  std::string description;
  std::string answer_schema;
  std::vector<OpenApiParameter> parameters;

  // What is read, for x-kubernetes-group-version-kind; empty for discovery.
  std::string group;
  std::string version;
  std::string kind;
};

// /apis and /apis/{group}.
[[nodiscard]] std::vector<OpenApiOperation> discovery_operations(std::span<const ServedGroup> groups);

// Everything below /apis/{group}/{version}.
[[nodiscard]] std::vector<OpenApiOperation> version_operations(const ServedGroup& group, const ServedVersion& version);

}  // namespace inferno::server
