#include "server/api/openapi_operations.hpp"

#include <string_view>

#include "server/api/metric_value_list.hpp"
#include "server/api/openapi_schemas.hpp"

namespace inferno::server {
namespace {

// "custom.metrics.k8s.io" and "inferno_desired_replicas" as parts of an operation's name: CustomMetrics,
// InfernoDesiredReplicas.
std::string camel_case(std::string_view text) {
  std::string out;
  bool upper = true;
  for (const char c : text) {
    if (c == '.' || c == '_' || c == '-' || c == '/' || c == ':') {
      upper = true;
    } else {
      out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
  }
  return out;
}

std::string group_name(const ServedGroup& group) {
  return camel_case(group.name.substr(0, group.name.find(".k8s.io")));
}

std::string tag_name(const ServedGroup& group) {
  std::string name = group_name(group);
  name.front() = static_cast<char>(name.front() - 'A' + 'a');
  return name;
}

OpenApiOperation metric_operation(const ServedGroup& group, const ServedVersion& version, const std::string& resource) {
  OpenApiOperation operation;
  operation.tag = tag_name(group) + '_' + version.version;
  operation.id = "read" + group_name(group) + camel_case(version.version) + "Namespaced" + camel_case(resource);
  operation.answer_schema = answer_schema_name(group, version);
  operation.group = group.name;
  operation.version = version.version;
  operation.kind = version.kind;
  operation.path = "/apis/" + group.name + '/' + version.version + "/namespaces/{namespace}/";
  operation.parameters.push_back({"namespace", true, "Namespace of the objects."});
  if (group.name != custom_metrics_group) {
    operation.path += resource;
    operation.description = "Values of the external metric " + resource + '.';
    operation.parameters.push_back({"labelSelector", false, "Restricts the values by their labels."});
    return operation;
  }
  const std::size_t slash = resource.find('/');
  const std::string objects = resource.substr(0, slash);
  const std::string metric = resource.substr(slash + 1);
  operation.path += objects + "/{name}/" + metric;
  operation.description = "The metric " + metric + " of one object of " + objects + ", or of all that match.";
  operation.parameters.push_back({"name", true, "Name of the object, or * for all that labelSelector matches."});
  operation.parameters.push_back({"labelSelector", false, "With the name *: restricts the objects by their labels."});
  operation.parameters.push_back({"metricLabelSelector", false, "Restricts the values by the metric's labels."});
  return operation;
}

}  // namespace

std::vector<OpenApiOperation> discovery_operations(std::span<const ServedGroup> groups) {
  std::vector<OpenApiOperation> operations;
  OpenApiOperation list;
  list.path = "/apis/";
  list.id = "getAPIVersions";
  list.tag = "apis";
  list.description = "The groups of this server.";
  list.answer_schema = group_list_schema_name;
  operations.push_back(list);
  for (const ServedGroup& group : groups) {
    OpenApiOperation operation;
    operation.path = "/apis/" + group.name + '/';
    operation.id = "get" + group_name(group) + "APIGroup";
    operation.tag = tag_name(group);
    operation.description = "The versions of " + group.name + '.';
    operation.answer_schema = group_schema_name;
    operations.push_back(operation);
  }
  return operations;
}

std::vector<OpenApiOperation> version_operations(const ServedGroup& group, const ServedVersion& version) {
  std::vector<OpenApiOperation> operations;
  OpenApiOperation list;
  list.path = "/apis/" + group.name + '/' + version.version + '/';
  list.id = "get" + group_name(group) + camel_case(version.version) + "APIResources";
  list.tag = tag_name(group) + '_' + version.version;
  list.description = "The resources of " + group.name + '/' + version.version + '.';
  list.answer_schema = resource_list_schema_name;
  operations.push_back(list);
  for (const std::string& resource : version.resources)
    operations.push_back(metric_operation(group, version, resource));
  return operations;
}

}  // namespace inferno::server
