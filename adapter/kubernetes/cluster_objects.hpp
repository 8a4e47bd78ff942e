// The objects that a source knows at one moment, by identity.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "adapter/kubernetes/api_object.hpp"
#include "adapter/state/pod_table.hpp"

namespace inferno::kubernetes {

struct ClusterObjects {
  std::map<ObjectName, std::shared_ptr<const Variant>> variants;
  std::map<TargetKey, ScaleTarget> targets;
  std::map<ObjectName, std::shared_ptr<const AutoscalerObject>> autoscalers;
  std::map<ObjectName, std::map<std::string, std::string>> config_maps;
  PodTable pods;
};

}  // namespace inferno::kubernetes
