#include "adapter/kubernetes/pod_object.hpp"

#include <string>
#include <string_view>

#include "adapter/kubernetes/api_object.hpp"
#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

constexpr std::string_view leader_worker_set_group = "leaderworkerset.x-k8s.io";

const Json* find_controller(const Json& object) {
  const Json* owners = find_field(object, {"metadata", "ownerReferences"});
  if (owners == nullptr || !owners->is_array()) return nullptr;
  for (const Json& owner : *owners) {
    const Json* is_controller = find_field(owner, {"controller"});
    if (is_controller != nullptr && *is_controller == true) return &owner;
  }
  return nullptr;
}

}  // namespace

std::optional<Workload> workload_of_pod(const Json& object) {
  const std::string_view set = find_text(object, {"metadata", "labels", "leaderworkerset.sigs.k8s.io/name"});
  if (!set.empty()) {
    return Workload{.group = std::string(leader_worker_set_group), .kind = "LeaderWorkerSet", .name = std::string(set)};
  }
  const Json* controller = find_controller(object);
  if (controller == nullptr) return std::nullopt;
  Workload result{.group = std::string(group_of(find_text(*controller, {"apiVersion"}))),
                  .kind = std::string(find_text(*controller, {"kind"})),
                  .name = std::string(find_text(*controller, {"name"}))};
  if (result.kind.empty() || result.name.empty()) return std::nullopt;

  const std::string_view hash = find_text(object, {"metadata", "labels", "pod-template-hash"});
  const std::string suffix = "-" + std::string(hash);
  if (result.group == "apps" && result.kind == "ReplicaSet" && !hash.empty() && result.name.size() > suffix.size() &&
      result.name.ends_with(suffix)) {
    result.kind = "Deployment";
    result.name.resize(result.name.size() - suffix.size());
  }
  return result;
}

}  // namespace inferno::kubernetes
