#include "adapter/kubernetes/api_object.hpp"

#include <algorithm>
#include <utility>

#include "adapter/kubernetes/autoscaler_object.hpp"
#include "adapter/kubernetes/json_field.hpp"
#include "adapter/kubernetes/pod_template.hpp"
#include "adapter/kubernetes/replica_count.hpp"
#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

constexpr std::string_view left_zero_annotation = "llmd.ai/left-zero-at";

}  // namespace

ParseError at_fault(const Json& object, std::string_view what) {
  return {describe(object) + ": " + std::string(what)};
}

ParseResult<ObjectName> parse_object_name(const Json& object) {
  if (!object.is_object())
    return ParseError{"not a Kubernetes object: a map with apiVersion, kind and metadata is expected"};
  for (const std::string_view field : {"namespace", "name"}) {
    const Json* value = find_field(object, {"metadata", field});
    if (value != nullptr && !value->is_string()) {
      return at_fault(object,
                      "metadata." + std::string(field) + " is " + value->dump() + ", not text; put it in quotes");
    }
  }
  ObjectName result{.namespace_name = std::string(find_text(object, {"metadata", "namespace"})),
                    .name = std::string(find_text(object, {"metadata", "name"}))};
  if (result.name.empty()) return at_fault(object, "metadata.name is missing");
  if (result.namespace_name.empty()) result.namespace_name = "default";
  return result;
}

namespace {

// Others are scale targets when they spell out spec.replicas.
bool is_usual_target(std::string_view group, std::string_view kind) {
  return std::ranges::any_of(usual_targets,
                             [&](const UsualTarget& usual) { return usual.group == group && usual.kind == kind; });
}

template <class T>
ParseResult<std::optional<ClusterObject>> as_cluster_object(ParseResult<T> parsed) {
  if (!parsed) return parsed.error();
  return std::optional<ClusterObject>(std::move(*parsed));
}

template <class T>
ParseResult<std::optional<ClusterObject>> as_shared_object(ParseResult<T> parsed) {
  if (!parsed) return parsed.error();
  return std::optional<ClusterObject>(std::make_shared<const T>(std::move(*parsed)));
}

}  // namespace

std::string default_api_version(std::string_view kind) {
  const auto* const usual = std::ranges::find(usual_targets, kind, &UsualTarget::kind);
  return usual == usual_targets.end() ? std::string{} : std::string(usual->group) + "/v1";
}

std::string_view group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view{} : api_version.substr(0, slash);
}

TargetKey target_of(const Variant& variant) {
  return {.namespace_name = variant.namespace_name,
          .group = std::string(variant.target_reference.group()),
          .kind = variant.target_reference.kind,
          .name = variant.target_reference.name};
}

std::string describe(const Json& object) {
  const std::string_view kind = find_text(object, {"kind"});
  const std::string_view namespace_name = find_text(object, {"metadata", "namespace"});
  const std::string_view name = find_text(object, {"metadata", "name"});
  return std::string(kind.empty() ? "object" : kind) + " " +
         std::string(namespace_name.empty() ? "default" : namespace_name) + "/" +
         std::string(name.empty() ? "?" : name);
}

ParseResult<std::optional<ClusterObject>> parse_object(const Json& object) {
  const std::string_view api_version = find_text(object, {"apiVersion"});
  const std::string_view kind = find_text(object, {"kind"});
  if (!object.is_object() || api_version.empty() || kind.empty()) {
    return ParseError{"not a Kubernetes object: apiVersion and kind are needed"};
  }
  if (api_version == "llmd.ai/v1alpha1" && kind == "VariantAutoscaling") return as_shared_object(parse_variant(object));
  if (group_of(api_version) == "autoscaling" && kind == "HorizontalPodAutoscaler")
    return as_shared_object(parse_autoscaler(object));
  if (api_version == "v1" && kind == "ConfigMap") return as_cluster_object(parse_config_map(object));
  if (is_usual_target(group_of(api_version), kind) || find_field(object, {"spec", "replicas"}) != nullptr) {
    return as_cluster_object(parse_scale_target(object));
  }
  return std::optional<ClusterObject>{};
}

std::optional<TimePoint> find_left_zero_at(const Json& object) {
  std::optional<TimePoint> latest = parse_rfc3339(find_text(object, {"metadata", "creationTimestamp"}));
  latest = std::max(latest, parse_rfc3339(find_text(object, {"metadata", "annotations", left_zero_annotation})));
  if (const Json* conditions = find_field(object, {"status", "conditions"});
      conditions != nullptr && conditions->is_array()) {
    for (const Json& condition : *conditions) {
      if (find_text(condition, {"type"}) != "Available") continue;
      latest = std::max(latest, parse_rfc3339(find_text(condition, {"lastTransitionTime"})));
    }
  }
  return latest;
}

ParseResult<TargetObject> parse_scale_target(const Json& object) {
  const auto name = parse_object_name(object);
  if (!name) return name.error();
  TargetObject result;
  result.key = {.namespace_name = name->namespace_name,
                .group = std::string(group_of(find_text(object, {"apiVersion"}))),
                .kind = std::string(find_text(object, {"kind"})),
                .name = name->name};
  if (const Json* replicas = find_field(object, {"spec", "replicas"})) {
    const auto count = replica_count(*replicas);
    if (!count) return at_fault(object, "spec.replicas " + replicas->dump() + " is not a whole number of 0 or more");
    result.target.spec_replicas = *count;
  }
  if (const Json* ready = find_field(object, {"status", "readyReplicas"})) {
    const auto count = replica_count(*ready);
    if (!count)
      return at_fault(object, "status.readyReplicas " + ready->dump() + " is not a whole number of 0 or more");
    result.target.ready_replicas = *count;
  } else if (const Json* status = find_field(object, {"status"}); status == nullptr || status->empty()) {
    result.target.ready_replicas = result.target.spec_replicas;
  }
  if (result.target.spec_replicas > 0) result.target.left_zero_at = find_left_zero_at(object);
  result.target.engine = find_engine(object);
  result.target.max_num_seqs = find_max_num_seqs(object);
  result.target.role = role_of(find_role(object));
  result.target.served_names = find_served_names(object);
  return result;
}

ParseResult<ConfigMapObject> parse_config_map(const Json& object) {
  auto name = parse_object_name(object);
  if (!name) return name.error();
  ConfigMapObject result{.name = std::move(*name), .data = {}};
  const Json* data = find_field(object, {"data"});
  if (data == nullptr) return result;
  if (!data->is_object()) return at_fault(object, "data is not a map");
  for (const auto& [key, value] : data->items()) {
    if (!value.is_string()) {
      std::string message = "data." + key;
      message.append(" is not text: put it in quotes or use the block form \"").append(key).append(": |\"");
      return at_fault(object, message);
    }
    result.data.emplace(key, value.get<std::string>());
  }
  return result;
}

}  // namespace inferno::kubernetes
