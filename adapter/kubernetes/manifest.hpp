// A file of Kubernetes objects, as one would give it to `kubectl apply -f`: YAML or JSON, any number of documents, also
// kind List.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapter/kubernetes/api_object.hpp"

namespace inferno::kubernetes {

// What can't be used.
struct BrokenObject {
  std::string name;   // as describe(object); empty where that can't be told
  std::string cause;  // one line: "document 2, line 5: Deployment default/d: spec.replicas ..."

  bool operator==(const BrokenObject&) const = default;
};

struct Manifest {
  std::vector<ClusterObject> objects;  // in order of appearance
  std::vector<BrokenObject> broken;
  std::vector<std::string> ignored;  // objects of kinds that are of no interest, described for a person
};

// A document that is not YAML, and an object that can't be used, leave the others as they are. Pure.
[[nodiscard]] Manifest parse_manifest(std::string_view text);

}  // namespace inferno::kubernetes
