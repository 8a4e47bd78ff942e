#include "server/api/discovery.hpp"

#include <string>

#include "server/api/aggregated_discovery.hpp"
#include "server/api/json_text.hpp"
#include "server/api/negotiation.hpp"
#include "server/api/protobuf_writer.hpp"

namespace inferno::server {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string version_json(const ServedGroup& group, const ServedVersion& version) {
  return "{\"groupVersion\":" + quoted(group.name + '/' + version.version) + ",\"version\":" + quoted(version.version) +
         '}';
}

// The fields of an APIGroup, without its braces and TypeMeta.
std::string group_fields_json(const ServedGroup& group) {
  std::string out = "\"name\":" + quoted(group.name) + ",\"versions\":[";
  for (const ServedVersion& version : group.versions) {
    if (out.back() != '[') out += ',';
    out += version_json(group, version);
  }
  return out + "],\"preferredVersion\":" + version_json(group, group.versions.front());
}

ProtobufWriter version_protobuf(const ServedGroup& group, const ServedVersion& version) {
  ProtobufWriter message;
  message.add_bytes(1, group.name + '/' + version.version);
  message.add_bytes(2, version.version);
  return message;
}

ProtobufWriter group_protobuf(const ServedGroup& group) {
  ProtobufWriter message;
  message.add_bytes(1, group.name);
  for (const ServedVersion& version : group.versions) message.add_message(2, version_protobuf(group, version));
  message.add_message(3, version_protobuf(group, group.versions.front()));
  return message;
}

std::string resource_list_json(const ServedGroup& group, const ServedVersion& version) {
  std::string out = R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":)" +
                    quoted(group.name + '/' + version.version) + ",\"resources\":[";
  for (const std::string& resource : version.resources) {
    if (out.back() != '[') out += ',';
    out += "{\"name\":" + quoted(resource) + R"(,"singularName":"","namespaced":true,"kind":)" + quoted(version.kind) +
           R"(,"verbs":["get"]})";
  }
  return out + "]}";
}

std::string resource_list_protobuf(const ServedGroup& group, const ServedVersion& version) {
  ProtobufWriter verbs;
  verbs.add_bytes(1, "get");
  ProtobufWriter list;
  list.add_bytes(1, group.name + '/' + version.version);
  for (const std::string& resource : version.resources) {
    ProtobufWriter message;
    message.add_bytes(1, resource);
    message.add_integer(2, 1);  // namespaced
    message.add_bytes(3, version.kind);
    message.add_message(4, verbs);
    list.add_message(2, message);
  }
  return kubernetes_protobuf("v1", "APIResourceList", list);
}

}  // namespace

Document group_list_document(std::span<const ServedGroup> groups) {
  std::string json = R"({"kind":"APIGroupList","apiVersion":"v1","groups":[)";
  ProtobufWriter list;
  for (const ServedGroup& group : groups) {
    if (json.back() != '[') json += ',';
    json += '{' + group_fields_json(group) + '}';
    list.add_message(1, group_protobuf(group));
  }
  Document document;
  document.add(json_media_type, json + "]}");
  document.add(protobuf_media_type, kubernetes_protobuf("v1", "APIGroupList", list));
  for (const MediaType& type : aggregated_discovery_media_types) {
    document.add(type, aggregated_discovery_json(groups, type.version));
  }
  return document;
}

Document group_document(const ServedGroup& group) {
  Document document;
  document.add(json_media_type, R"({"kind":"APIGroup","apiVersion":"v1",)" + group_fields_json(group) + '}');
  document.add(protobuf_media_type, kubernetes_protobuf("v1", "APIGroup", group_protobuf(group)));
  return document;
}

Document resource_list_document(const ServedGroup& group, const ServedVersion& version) {
  Document document;
  document.add(json_media_type, resource_list_json(group, version));
  document.add(protobuf_media_type, resource_list_protobuf(group, version));
  return document;
}

}  // namespace inferno::server
