#include "adapter/kubernetes/manifest.hpp"

#include <algorithm>
#include <optional>
#include <string>
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

class ManifestReader {
 public:
  // True when the text is YAML; nothing is read where it is not.
  bool read(std::string_view text, std::size_t first_line) {
    const auto documents = parse_yaml_documents(text, YamlBooleans::yaml_1_1, first_line);
    if (!documents) {
      error_ = documents.error();
      return false;
    }
    for (const YamlDocument& document : *documents) {
      ++document_;
      add_document(document);
    }
    return true;
  }

  // As kubectl does: each document by itself.
  void read_apart(std::string_view text) {
    std::size_t line = 1;
    while (!text.empty()) {
      const std::string_view document = text.substr(0, end_of_document(text));
      if (!read(document, line)) {
        const std::string number = std::to_string(++document_);
        manifest_.broken.push_back({.name = {}, .cause = "document " + number + ", " + error_.message});
      }
      line += static_cast<std::size_t>(std::ranges::count(document, '\n'));
      text.remove_prefix(document.size());
    }
  }

  Manifest take() { return std::move(manifest_); }

 private:
  // Where the next one starts, with its "---".
  static std::size_t end_of_document(std::string_view text) {
    constexpr std::string_view mark = "\n---";
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
      const std::string_view rest = text.substr(at + mark.size());
      if (rest.empty() || rest.find_first_of(" \t\r\n") == 0) return at + 1;
    }
    return text.size();
  }

  void add_document(const YamlDocument& document) {
    const auto kind = item_kind(document.value);
    if (!kind) return add(document.value, document.line);
    for (Json item : *find_field(document.value, {"items"})) {
      // The items of a typed list need not repeat what the list says.
      if (item.is_object() && !kind->empty()) {
        if (!item.contains("kind")) item["kind"] = *kind;
        if (!item.contains("apiVersion")) item["apiVersion"] = find_text(document.value, {"apiVersion"});
      }
      add(item, document.line);
    }
  }

  void add(const Json& object, std::size_t line) {
    auto parsed = parse_object(object);
    if (!parsed) {
      const bool has_name = !find_text(object, {"kind"}).empty() && !find_text(object, {"metadata", "name"}).empty();
      manifest_.broken.push_back({.name = has_name ? describe(object) : std::string{},
                                  .cause = "document " + std::to_string(document_) + ", line " + std::to_string(line) +
                                           ": " + parsed.error().message});
    } else if (std::optional<ClusterObject>& found = *parsed) {
      manifest_.objects.push_back(std::move(*found));
    } else {
      manifest_.ignored.push_back(describe(object));
    }
  }

  Manifest manifest_;
  ParseError error_;
  std::size_t document_ = 0;  // of those that hold something, from 1
};

}  // namespace

Manifest parse_manifest(std::string_view text) {
  ManifestReader reader;
  if (!reader.read(text, 1)) reader.read_apart(text);
  Manifest manifest = reader.take();
  manifest.objects.shrink_to_fit();  // kept for as long as the file is there
  return manifest;
}

}  // namespace inferno::kubernetes
