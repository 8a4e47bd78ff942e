#include "adapter/kubernetes/scaled_object.hpp"

#include "adapter/kubernetes/json_field.hpp"
#include "adapter/kubernetes/pod_template.hpp"
#include "adapter/kubernetes/replica_count.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

std::optional<std::int32_t> count_at(const Json& object, std::initializer_list<std::string_view> path) {
  const Json* value = find_field(object, path);
  return value == nullptr ? std::optional<std::int32_t>(0) : replica_count(*value);
}

}  // namespace

ScaledObject parse_scaled_object(const Json& object) {
  ScaledObject result;
  result.resource_version = find_text(object, {"metadata", "resourceVersion"});
  if (const Json* ready = find_field(object, {"status", "readyReplicas"}))
    result.ready_replicas = replica_count(*ready);
  result.left_zero_at = find_left_zero_at(object);
  result.engine = find_engine(object);
  result.max_num_seqs = find_max_num_seqs(object);
  result.role = find_role(object);
  result.served_names = find_served_names(object);
  return result;
}

ParseResult<ScaleTarget> with_scale(const ScaledObject& object, const Json& scale) {
  const auto spec_replicas = count_at(scale, {"spec", "replicas"});
  const auto replicas = count_at(scale, {"status", "replicas"});
  if (!scale.is_object() || !spec_replicas || !replicas) {
    return at_fault(scale, "spec.replicas and status.replicas must be whole numbers of 0 or more");
  }
  ScaleTarget target;
  target.spec_replicas = *spec_replicas;
  target.ready_replicas = object.ready_replicas.value_or(*replicas);
  if (target.spec_replicas > 0) target.left_zero_at = object.left_zero_at;
  target.engine = object.engine;
  target.max_num_seqs = object.max_num_seqs;
  target.role = role_of(object.role, scale);
  target.served_names = object.served_names;
  return target;
}

}  // namespace inferno::kubernetes
