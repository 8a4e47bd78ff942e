// OpenAPI descriptions of this server, which the aggregator merges into the cluster's. Pure.
// Source of the v3 index: k8s.io/kube-openapi/pkg/handler3.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/api/document.hpp"
#include "server/api/served_api.hpp"

namespace inferno::server {

// /openapi/v2: everything in one document. `program_version` is what info.version says.
[[nodiscard]] Document openapi_v2_document(std::span<const ServedGroup> groups, const std::string& program_version);

struct OpenApiV3Document {
  std::string path;  // below /openapi/v3/, e.g. "apis/custom.metrics.k8s.io/v1beta2"
  Document document;
};

struct OpenApiV3 {
  Document index;  // /openapi/v3: where the documents are, with a hash of each
  std::vector<OpenApiV3Document> documents;
};

// One document for each group and version.
[[nodiscard]] OpenApiV3 openapi_v3_documents(std::span<const ServedGroup> groups, const std::string& program_version);

}  // namespace inferno::server
