// The objects that a source knows at one moment, by identity.
#pragma once

#include <map>
#include <string>

#include "adapter/kubernetes/api_object.hpp"

namespace inferno::kubernetes {

struct ClusterObjects {
  std::map<ObjectName, Variant> variants;
  std::map<TargetKey, ScaleTarget> targets;
  std::map<ObjectName, std::map<std::string, std::string>> config_maps;
};

}  // namespace inferno::kubernetes
