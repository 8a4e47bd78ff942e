// Kubernetes objects as JSON, reduced to what the adapter uses. The one object parser: files (YAML turned into JSON)
// and the API use the same.
//
// Pure. An error is one line that names the object and the field. A VariantAutoscaling that breaks a rule is not an
// error: it is kept with Variant::invalid set, so that whoever asks for it learns why.
#pragma once

#include <array>
#include <compare>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "adapter/common/parse_result.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::kubernetes {

struct ObjectName {
  std::string namespace_name;
  std::string name;

  auto operator<=>(const ObjectName&) const = default;
};

// Identity of a scale target. The version is not part of it: the same Deployment is served in several.
struct TargetKey {
  std::string namespace_name;
  std::string group;  // "apps"; empty for the core group
  std::string kind;
  std::string name;

  auto operator<=>(const TargetKey&) const = default;
};

struct TargetObject {
  TargetKey key;
  ScaleTarget target;
};

struct ConfigMapObject {
  ObjectName name;
  std::map<std::string, std::string> data;
};

// A HorizontalPodAutoscaler and what it scales.
struct AutoscalerObject {
  ObjectName name;
  TargetKey target;
  Autoscaler autoscaler;

  bool operator==(const AutoscalerObject&) const = default;
};

// The large ones are shared, since several lists of objects hold them at the same time.
using ClusterObject = std::variant<std::shared_ptr<const Variant>, TargetObject,
                                   std::shared_ptr<const AutoscalerObject>, ConfigMapObject>;

// The kinds that usually are scale targets. All are served as v1, and spec.replicas is 1 where they leave it out.
struct UsualTarget {
  std::string_view kind;
  std::string_view group;
  std::string_view plural;
};
inline constexpr std::array<UsualTarget, 4> usual_targets{{
    {.kind = "Deployment", .group = "apps", .plural = "deployments"},
    {.kind = "StatefulSet", .group = "apps", .plural = "statefulsets"},
    {.kind = "ReplicaSet", .group = "apps", .plural = "replicasets"},
    {.kind = "LeaderWorkerSet", .group = "leaderworkerset.x-k8s.io", .plural = "leaderworkersets"},
}};

// What a scaleTargetRef means that leaves out its kind, or the apiVersion of one of the usual kinds ("apps/v1" of a
// Deployment; empty for any other kind).
inline constexpr std::string_view default_target_kind = "Deployment";
[[nodiscard]] std::string default_api_version(std::string_view kind);

// "apps" of "apps/v1", "" of "v1".
[[nodiscard]] std::string_view group_of(std::string_view api_version);

// What a variant names as its scale target.
[[nodiscard]] TargetKey target_of(const Variant& variant);

// "Deployment default/llama-8b", as far as the object says; for messages.
[[nodiscard]] std::string describe(const nlohmann::json& object);

// An error that names the object.
[[nodiscard]] ParseError at_fault(const nlohmann::json& object, std::string_view what);

// metadata.namespace ("default" where absent) and metadata.name, which must be there.
[[nodiscard]] ParseResult<ObjectName> parse_object_name(const nlohmann::json& object);

// The object whatever its kind; nothing where the kind is of no interest: neither a VariantAutoscaling
// (llmd.ai/v1alpha1) nor a HorizontalPodAutoscaler nor a ConfigMap nor anything that has spec.replicas. A missing
// namespace means "default".
[[nodiscard]] ParseResult<std::optional<ClusterObject>> parse_object(const nlohmann::json& object);

// One kind each, for callers that know what they asked for. These don't look at apiVersion and kind beyond using them
// as identity.
//   created: metadata.creationTimestamp; the epoch (it has always been there) where absent. reported: status, whose
//   fields are taken as far as they have the right type.
[[nodiscard]] ParseResult<Variant> parse_variant(const nlohmann::json& object);
//   spec_replicas: spec.replicas, 1 where absent. ready_replicas: status.readyReplicas, 0 where absent; an object
//   whose status is absent or empty (a file that nobody maintains) counts as ready. left_zero_at: nothing while
//   spec.replicas is 0.
[[nodiscard]] ParseResult<TargetObject> parse_scale_target(const nlohmann::json& object);
//   The latest of metadata.creationTimestamp, the last transition of condition Available and annotation
//   llmd.ai/left-zero-at: what an object tells of when it left zero, were it not at zero.
[[nodiscard]] std::optional<TimePoint> find_left_zero_at(const nlohmann::json& object);
[[nodiscard]] ParseResult<ConfigMapObject> parse_config_map(const nlohmann::json& object);

}  // namespace inferno::kubernetes
