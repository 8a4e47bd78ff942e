// A file of Kubernetes objects, as one would give it to `kubectl apply -f`: YAML or JSON, any number of documents, also
// kind List.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/parse_result.hpp"
#include "adapter/kubernetes/api_object.hpp"

namespace inferno::kubernetes {

struct Manifest {
  std::vector<ClusterObject> objects;  // in order of appearance
  std::vector<std::string> ignored;    // objects of kinds that are of no interest, described for a person
};

// All or nothing: one broken object fails the file. The error starts with "line N: ". Pure.
[[nodiscard]] ParseResult<Manifest> parse_manifest(std::string_view text);

}  // namespace inferno::kubernetes
