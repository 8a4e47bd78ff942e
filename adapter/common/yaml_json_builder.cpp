#include "adapter/common/yaml_json_builder.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapter/common/utf8.hpp"
#include "adapter/common/yaml_scalar.hpp"

namespace inferno {
namespace {

using Json = nlohmann::json;

constexpr std::size_t deepest_nesting = 100;

YamlBuildError error_at(const YAML::Mark& mark, std::string message) {
  return {.line = static_cast<std::size_t>(mark.line) + 1, .message = std::move(message)};
}

bool is_plain(std::string_view tag) {
  return tag == "?" || tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:float" ||
         tag == "tag:yaml.org,2002:bool" || tag == "tag:yaml.org,2002:null";
}

}  // namespace

void YamlJsonBuilder::OnDocumentStart(const YAML::Mark& mark) {
  // yaml-cpp reads a token that starts nothing, such as a lone comma, as an empty document, again and again without
  // end.
  if (document_position_ == mark.pos) throw error_at(mark, "unexpected text");
  document_position_ = mark.pos;
  root_ = nullptr;
  anchors_.clear();
}

void YamlJsonBuilder::OnDocumentEnd() {
  if (!root_.is_null()) documents_.push_back({.value = std::exchange(root_, nullptr), .line = document_line_});
}

void YamlJsonBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  add(mark, anchor, {});
}

void YamlJsonBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) throw error_at(mark, "an alias within the very thing it stands for");
  const Value& value = found->second;
  if (wants_key() && value.json.is_string()) {
    set_key(mark, value.json.get<std::string>(), false);
  } else {
    add(mark, 0, value);
  }
}

void YamlJsonBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                               const std::string& text) {
  if (find_invalid_utf8(text)) throw error_at(mark, "not valid UTF-8");
  if (!wants_key()) {
    add(mark, anchor, {.json = is_plain(tag) ? resolve_plain_scalar(text, booleans_) : Json(text)});
    return;
  }
  if (anchor != 0) anchors_[anchor] = {.json = text};
  set_key(mark, text, text == "<<" && tag == "?");
}

void YamlJsonBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                                      YAML::EmitterStyle::value /*style*/) {
  open(mark, anchor, Json::array());
}

void YamlJsonBuilder::OnSequenceEnd() {
  close();
}

void YamlJsonBuilder::OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                                 YAML::EmitterStyle::value /*style*/) {
  open(mark, anchor, Json::object());
}

void YamlJsonBuilder::OnMapEnd() {
  // A key of the map itself beats a merged one.
  Frame& frame = open_.back();
  for (auto& [key, value] : frame.merged.items()) {
    if (!frame.value.json.contains(key)) frame.value.json[key] = std::move(value);
  }
  close();
}

bool YamlJsonBuilder::wants_key() const {
  return !open_.empty() && open_.back().value.json.is_object() && !open_.back().key;
}

void YamlJsonBuilder::set_key(const YAML::Mark& mark, const std::string& text, bool merges) {
  Frame& frame = open_.back();
  if (!merges && frame.value.json.contains(text)) throw error_at(mark, "key \"" + text + "\" is written twice");
  frame.key = text;
  frame.key_merges = merges;
}

void YamlJsonBuilder::open(const YAML::Mark& mark, YAML::anchor_t anchor, Json empty) {
  if (wants_key()) throw error_at(mark, "a key must be text");
  if (open_.size() >= deepest_nesting) {
    throw error_at(mark, "nested deeper than " + std::to_string(deepest_nesting) + " levels");
  }
  Frame frame;
  frame.value.json = std::move(empty);
  frame.mark = mark;
  frame.anchor = anchor;
  open_.push_back(std::move(frame));
}

void YamlJsonBuilder::close() {
  Frame frame = std::move(open_.back());
  open_.pop_back();
  values_ -= frame.value.count - 1;  // add counts the whole again
  add(frame.mark, frame.anchor, std::move(frame.value));
}

void YamlJsonBuilder::add(const YAML::Mark& mark, YAML::anchor_t anchor, Value value) {
  if (wants_key()) throw error_at(mark, "a key must be text");
  values_ += value.count;
  if (values_ > most_values_) {
    throw error_at(mark, "aliases expand to more than " + std::to_string(most_values_) + " values");
  }
  if (open_.size() + value.height > deepest_nesting) {
    throw error_at(mark, "nested deeper than " + std::to_string(deepest_nesting) + " levels");
  }
  if (anchor != 0) anchors_[anchor] = value;
  if (open_.empty()) {
    root_ = std::move(value.json);
    document_line_ = static_cast<std::size_t>(mark.line) + 1;
    return;
  }
  Frame& parent = open_.back();
  parent.value.count += value.count;
  parent.value.height = std::max(parent.value.height, value.height + 1);
  if (parent.value.json.is_array()) {
    parent.value.json.push_back(std::move(value.json));
  } else if (parent.key_merges) {
    merge(mark, parent.merged, std::move(value.json));
  } else {
    parent.value.json[parent.key.value_or("")] = std::move(value.json);
  }
  parent.key.reset();
}

// The value of a merge key: a map or a list of maps, of which earlier ones win.
void YamlJsonBuilder::merge(const YAML::Mark& mark, Json& merged, Json maps) {
  if (maps.is_object()) maps = Json::array({std::move(maps)});
  const bool all_maps = maps.is_array() && std::ranges::all_of(maps, [](const Json& map) { return map.is_object(); });
  if (!all_maps) throw error_at(mark, "the merge key << needs a map");
  for (Json& map : maps) {
    for (auto& [key, item] : map.items()) {
      if (!merged.contains(key)) merged[key] = std::move(item);
    }
  }
}

}  // namespace inferno
