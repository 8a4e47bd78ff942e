// What every watch of one source shares.
#pragma once

#include <string>

#include "adapter/async/task_group.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/api/reflector.hpp"
#include "adapter/kubernetes/api/resource_resolver.hpp"

namespace inferno::kubernetes {

// All outlive the tasks.
struct WatchContext {
  TaskGroup& tasks;
  ApiClient& client;
  ResourceResolver& resolver;
  std::string namespace_name;  // what is watched; empty: all namespaces
  ReflectorTiming timing;
};

}  // namespace inferno::kubernetes
