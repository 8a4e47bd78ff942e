// One collection of the Kubernetes API, or one object of it. Pure.
#pragma once

#include <string>

namespace inferno::kubernetes {

struct ResourcePath {
  std::string group;  // "apps"; empty for the core group
  std::string version;
  std::string plural;          // "deployments"
  std::string namespace_name;  // empty: all namespaces (or a resource without one)
  std::string name;            // only the object of this name (fieldSelector metadata.name); empty: all
  bool metadata_only = false;  // PartialObjectMetadata

  // "/apis/apps/v1/namespaces/llm/deployments"
  [[nodiscard]] std::string collection() const;
  // For messages: "deployments.apps in namespace llm", "configmaps in namespace inferno-system named saturation".
  [[nodiscard]] std::string display() const;
};

}  // namespace inferno::kubernetes
