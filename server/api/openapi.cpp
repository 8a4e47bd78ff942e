#include "server/api/openapi.hpp"

#include <utility>

#include "server/api/entity_tag.hpp"
#include "server/api/openapi_operations.hpp"
#include "server/api/openapi_schemas.hpp"

namespace inferno::server {
namespace {

using Json = OpenApiJson;

constexpr std::string_view v2_reference = "#/definitions/";
constexpr std::string_view v3_reference = "#/components/schemas/";

Json info(const std::string& program_version) {
  return {{"title", "inferno-adapter"}, {"version", "v" + program_version}};
}

Json produced_types() {
  return Json::array({json_media_type.to_string(), protobuf_media_type.to_string()});
}

Json reference(std::string_view prefix, const std::string& schema) {
  return {{"$ref", std::string(prefix) + schema}};
}

// What an operation says in both versions of OpenAPI.
Json common_fields(const OpenApiOperation& operation) {
  Json fields{
      {"tags", Json::array({operation.tag})}, {"description", operation.description}, {"operationId", operation.id}};
  if (!operation.kind.empty()) {
    fields["x-kubernetes-action"] = "get";
    fields["x-kubernetes-group-version-kind"] = {
        {"group", operation.group}, {"kind", operation.kind}, {"version", operation.version}};
  }
  return fields;
}

Json parameter_fields(const OpenApiParameter& parameter) {
  Json fields{
      {"name", parameter.name}, {"in", parameter.in_path ? "path" : "query"}, {"description", parameter.description}};
  if (parameter.in_path) fields["required"] = true;
  return fields;
}

Json v2_operation(const OpenApiOperation& operation) {
  Json fields = common_fields(operation);
  fields["schemes"] = Json::array({"https"});
  fields["produces"] = produced_types();
  for (const OpenApiParameter& parameter : operation.parameters) {
    Json described = parameter_fields(parameter);
    described["type"] = "string";
    fields["parameters"].push_back(std::move(described));
  }
  fields["responses"] = {{"200", {{"description", "OK"}, {"schema", reference(v2_reference, operation.answer_schema)}}},
                         {"401", {{"description", "Unauthorized"}}}};
  return {{"get", fields}};
}

Json v3_operation(const OpenApiOperation& operation) {
  Json fields = common_fields(operation);
  for (const OpenApiParameter& parameter : operation.parameters) {
    Json described = parameter_fields(parameter);
    described["schema"] = {{"type", "string"}};
    fields["parameters"].push_back(std::move(described));
  }
  Json content = Json::object();
  for (const Json& type : produced_types()) {
    content[type.get<std::string>()] = {{"schema", reference(v3_reference, operation.answer_schema)}};
  }
  fields["responses"] = {{"200", {{"description", "OK"}, {"content", content}}},
                         {"401", {{"description", "Unauthorized"}}}};
  return {{"get", fields}};
}

std::string v3_json(const ServedGroup& group, const ServedVersion& version, const std::string& program_version) {
  Json paths = Json::object();
  for (const OpenApiOperation& operation : version_operations(group, version)) {
    paths[operation.path] = v3_operation(operation);
  }
  Json schemas = Json::object();
  add_discovery_schemas(schemas, v3_reference);
  add_answer_schemas(schemas, group, version, v3_reference);
  const Json document{
      {"openapi", "3.0.0"}, {"info", info(program_version)}, {"paths", paths}, {"components", {{"schemas", schemas}}}};
  return document.dump();
}

}  // namespace

Document openapi_v2_document(std::span<const ServedGroup> groups, const std::string& program_version) {
  Json paths = Json::object();
  for (const OpenApiOperation& operation : discovery_operations(groups)) {
    paths[operation.path] = v2_operation(operation);
  }
  Json definitions = Json::object();
  add_discovery_schemas(definitions, v2_reference);
  for (const ServedGroup& group : groups) {
    for (const ServedVersion& version : group.versions) {
      for (const OpenApiOperation& operation : version_operations(group, version)) {
        paths[operation.path] = v2_operation(operation);
      }
      add_answer_schemas(definitions, group, version, v2_reference);
    }
  }
  const Json content{
      {"swagger", "2.0"}, {"info", info(program_version)}, {"paths", paths}, {"definitions", definitions}};
  Document document;
  document.add(json_media_type, content.dump());
  return document;
}

OpenApiV3 openapi_v3_documents(std::span<const ServedGroup> groups, const std::string& program_version) {
  OpenApiV3 result;
  Json paths = Json::object();
  for (const ServedGroup& group : groups) {
    for (const ServedVersion& version : group.versions) {
      std::string body = v3_json(group, version, program_version);
      OpenApiV3Document entry;
      entry.path = "apis/" + group.name + '/' + version.version;
      paths[entry.path] = {{"serverRelativeURL", "/openapi/v3/" + entry.path + "?hash=" + content_hash(body)}};
      entry.document.add(json_media_type, std::move(body));
      result.documents.push_back(std::move(entry));
    }
  }
  const Json index{{"paths", paths}};
  result.index.add(json_media_type, index.dump());
  return result;
}

}  // namespace inferno::server
