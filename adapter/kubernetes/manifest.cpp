#include "adapter/kubernetes/manifest.hpp"

#include <optional>
#include <utility>

#include "adapter/common/yaml.hpp"
#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

// The item kind of a list: "" for the generic List, "Deployment" for DeploymentList; nothing for anything that is not a
// list.
std::optional<std::string_view> item_kind(const Json& object) {
  constexpr std::string_view suffix = "List";
  const std::string_view kind = find_text(object, {"kind"});
  const Json* items = find_field(object, {"items"});
  if (!kind.ends_with(suffix) || items == nullptr || !items->is_array()) return std::nullopt;
  return kind.substr(0, kind.size() - suffix.size());
}

std::optional<ParseError> add(Manifest& manifest, const Json& object) {
  auto parsed = parse_object(object);
  if (!parsed) return parsed.error();
  if (std::optional<ClusterObject>& found = *parsed) {
    manifest.objects.push_back(std::move(*found));
  } else {
    manifest.ignored.push_back(describe(object));
  }
  return std::nullopt;
}

std::optional<ParseError> add_document(Manifest& manifest, const Json& document) {
  const auto kind = item_kind(document);
  if (!kind) return add(manifest, document);
  for (Json item : *find_field(document, {"items"})) {
    // The items of a typed list need not repeat what the list says.
    if (item.is_object() && !kind->empty()) {
      if (!item.contains("kind")) item["kind"] = *kind;
      if (!item.contains("apiVersion")) item["apiVersion"] = find_text(document, {"apiVersion"});
    }
    if (auto error = add(manifest, item)) return error;
  }
  return std::nullopt;
}

}  // namespace

ParseResult<Manifest> parse_manifest(std::string_view text) {
  const auto documents = parse_yaml_documents(text);
  if (!documents) return documents.error();
  Manifest manifest;
  for (const YamlDocument& document : *documents) {
    if (auto error = add_document(manifest, document.value)) {
      return ParseError{"line " + std::to_string(document.line) + ": " + error->message};
    }
  }
  manifest.objects.shrink_to_fit();  // kept for as long as the file is there
  return manifest;
}

}  // namespace inferno::kubernetes
