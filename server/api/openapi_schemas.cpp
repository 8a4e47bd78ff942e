#include "server/api/openapi_schemas.hpp"

#include <algorithm>

#include "server/api/metric_value_list.hpp"

namespace inferno::server {
namespace {

using Json = OpenApiJson;

constexpr std::string_view list_meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";
constexpr std::string_view time = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
constexpr std::string_view label_selector = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector";
constexpr std::string_view label_selector_requirement = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement";
constexpr std::string_view api_resource = "io.k8s.apimachinery.pkg.apis.meta.v1.APIResource";
constexpr std::string_view group_version = "io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery";
constexpr std::string_view quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
constexpr std::string_view object_reference = "io.k8s.api.core.v1.ObjectReference";

// Writes schemas whose references point into one document.
class SchemaWriter {
 public:
  SchemaWriter(Json& schemas, std::string_view prefix) : schemas_(schemas), prefix_(prefix) {}

  void object(std::string_view name, std::string_view description, const Json& properties, const Json& required) {
    Json schema{{"description", description}, {"type", "object"}};
    if (!required.empty()) schema["required"] = required;
    schema["properties"] = properties;
    schemas_[std::string(name)] = schema;
  }

  void text(std::string_view name, std::string_view description, std::string_view format = {}) {
    Json schema{{"description", description}, {"type", "string"}};
    if (!format.empty()) schema["format"] = format;
    schemas_[std::string(name)] = schema;
  }

  void mark_kind(std::string_view name, std::string_view group, std::string_view version, std::string_view kind) {
    schemas_[std::string(name)]["x-kubernetes-group-version-kind"] =
        Json::array({{{"group", group}, {"kind", kind}, {"version", version}}});
  }

  // A reference has no siblings in OpenAPI 3.0, so the description of the field is lost to that of the type.
  [[nodiscard]] Json reference(std::string_view name) const {
    return {{"$ref", std::string(prefix_) + std::string(name)}};
  }

  [[nodiscard]] Json array_of(std::string_view name) const { return {{"type", "array"}, {"items", reference(name)}}; }

 private:
  Json& schemas_;
  std::string_view prefix_;
};

Json string_field(std::string_view description) {
  return {{"description", description}, {"type", "string"}};
}

Json string_array(std::string_view description) {
  return {{"description", description}, {"type", "array"}, {"items", {{"type", "string"}}}};
}

Json string_map(std::string_view description) {
  return {{"description", description}, {"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
}

Json window_field() {
  return {{"description",
           "Seconds before the timestamp that the value was computed over; absent for an instantaneous value."},
          {"type", "integer"},
          {"format", "int64"}};
}

// With apiVersion and kind, as every top-level object has them.
Json with_type_meta(const Json& properties) {
  Json all{{"apiVersion", string_field("Version of the schema of this object.")},
           {"kind", string_field("The REST resource this object represents.")}};
  all.update(properties);
  return all;
}

void add_common(SchemaWriter& writer) {
  writer.object(list_meta, "Metadata that lists have.",
                {{"continue", string_field("Not used by this API.")},
                 {"resourceVersion", string_field("Not used by this API.")},
                 {"selfLink", string_field("Not used by this API.")}},
                {});
  writer.text(time, "A time in RFC 3339, in UTC and whole seconds.", "date-time");
  writer.text(quantity, "A number in Kubernetes' fixed-point notation: 20 is twenty, 1500m is one and a half.");
}

void add_custom_common(SchemaWriter& writer) {
  writer.object(label_selector_requirement, "A key, an operator and the values it relates the key to.",
                {{"key", string_field("The label's key.")},
                 {"operator", string_field("In, NotIn, Exists or DoesNotExist.")},
                 {"values", string_array("Values for In and NotIn.")}},
                Json::array({"key", "operator"}));
  writer.object(label_selector, "A query over labels; its parts are combined by AND.",
                {{"matchExpressions", writer.array_of(label_selector_requirement)},
                 {"matchLabels", string_map("Labels and the values they must have.")}},
                {});
  writer.object(object_reference, "Names another object.",
                {{"apiVersion", string_field("Group and version of the object.")},
                 {"fieldPath", string_field("Not used by this API.")},
                 {"kind", string_field("Kind of the object.")},
                 {"name", string_field("Name of the object.")},
                 {"namespace", string_field("Namespace of the object.")},
                 {"resourceVersion", string_field("Not used by this API.")},
                 {"uid", string_field("Not used by this API.")}},
                {});
}

void add_custom_value(SchemaWriter& writer, const std::string& package, std::string_view value_name,
                      std::string_view version) {
  Json properties{{"describedObject", writer.reference(object_reference)}};
  Json required = Json::array({"describedObject"});
  if (version == "v1beta1") {
    properties["metricName"] = string_field("Name of the metric.");
    properties["selector"] = writer.reference(label_selector);
    properties["window"] = window_field();
    required.push_back("metricName");
  } else {
    const std::string identifier = package + "MetricIdentifier";
    writer.object(identifier, "Names a metric.",
                  {{"name", string_field("Name of the metric.")}, {"selector", writer.reference(label_selector)}},
                  Json::array({"name"}));
    properties["metric"] = writer.reference(identifier);
    properties["windowSeconds"] = window_field();
    required.push_back("metric");
  }
  properties["timestamp"] = writer.reference(time);
  properties["value"] = writer.reference(quantity);
  required.insert(required.end(), {"timestamp", "value"});
  writer.object(value_name, "The value of a metric of one object.", with_type_meta(properties), required);
}

void add_external_value(SchemaWriter& writer, std::string_view value_name) {
  writer.object(value_name, "A value of a metric that belongs to no object.",
                with_type_meta({{"metricLabels", string_map("Labels that tell the values of a metric apart.")},
                                {"metricName", string_field("Name of the metric.")},
                                {"timestamp", writer.reference(time)},
                                {"value", writer.reference(quantity)},
                                {"window", window_field()}}),
                Json::array({"metricName", "metricLabels", "timestamp", "value"}));
}

std::string package_of(const ServedGroup& group, const ServedVersion& version) {
  std::string name = group.name.substr(0, group.name.find(".k8s.io"));
  std::ranges::replace(name, '.', '_');
  return "io.k8s.metrics.pkg.apis." + name + '.' + version.version + '.';
}

}  // namespace

std::string answer_schema_name(const ServedGroup& group, const ServedVersion& version) {
  return package_of(group, version) + version.kind;
}

void add_discovery_schemas(OpenApiJson& schemas, std::string_view reference_prefix) {
  SchemaWriter writer(schemas, reference_prefix);
  writer.object(api_resource, "Name of a resource and what can be done with it.",
                {{"kind", string_field("Kind of the resource.")},
                 {"name", string_field("Plural name of the resource.")},
                 {"namespaced", {{"description", "Whether objects live in a namespace."}, {"type", "boolean"}}},
                 {"singularName", string_field("Singular name of the resource.")},
                 {"verbs", string_array("What can be done with it.")}},
                Json::array({"name", "singularName", "namespaced", "kind", "verbs"}));
  writer.object(resource_list_schema_name, "The resources of a group and version.",
                with_type_meta({{"groupVersion", string_field("The group and version.")},
                                {"resources", writer.array_of(api_resource)}}),
                Json::array({"groupVersion", "resources"}));
  writer.mark_kind(resource_list_schema_name, "", "v1", "APIResourceList");
  writer.object(
      group_version, "A group and version.",
      {{"groupVersion", string_field("In the form group/version.")}, {"version", string_field("The version.")}},
      Json::array({"groupVersion", "version"}));
  writer.object(group_schema_name, "A group and its versions.",
                with_type_meta({{"name", string_field("Name of the group.")},
                                {"preferredVersion", writer.reference(group_version)},
                                {"versions", writer.array_of(group_version)}}),
                Json::array({"name", "versions"}));
  writer.mark_kind(group_schema_name, "", "v1", "APIGroup");
  writer.object(group_list_schema_name, "The groups of this server.",
                with_type_meta({{"groups", writer.array_of(group_schema_name)}}), Json::array({"groups"}));
  writer.mark_kind(group_list_schema_name, "", "v1", "APIGroupList");
}

void add_answer_schemas(OpenApiJson& schemas, const ServedGroup& group, const ServedVersion& version,
                        std::string_view reference_prefix) {
  SchemaWriter writer(schemas, reference_prefix);
  const std::string list_name = answer_schema_name(group, version);
  const std::string value_kind = version.kind.substr(0, version.kind.rfind("List"));
  const std::string value_name = package_of(group, version) + value_kind;
  add_common(writer);
  if (group.name == custom_metrics_group) {
    add_custom_common(writer);
    add_custom_value(writer, package_of(group, version), value_name, version.version);
  } else {
    add_external_value(writer, value_name);
  }
  writer.mark_kind(value_name, group.name, version.version, value_kind);
  writer.object(list_name, "The values of a metric.",
                with_type_meta({{"items", writer.array_of(value_name)}, {"metadata", writer.reference(list_meta)}}),
                Json::array({"items"}));
  writer.mark_kind(list_name, group.name, version.version, version.kind);
}

}  // namespace inferno::server
