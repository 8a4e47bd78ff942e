#include "server/auth/subject_access_review.hpp"

#include <string>
#include <utility>

#include "server/auth/review_answer.hpp"

namespace inferno::server {
namespace {

using Json = nlohmann::json;
using Operator = LabelSelector::Operator;

void set_text(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

Json requirement_json(const std::string& key, const char* op, const std::vector<std::string>& values) {
  Json json = {{"key", key}, {"operator", op}};
  if (!values.empty()) json["values"] = values;
  return json;
}

// Null where a review has no word for it; as all of them must hold, leaving one out only asks for more.
const char* operator_name(Operator op) {
  switch (op) {
    case Operator::equals:
    case Operator::in:
      return "In";
    case Operator::not_equals:
    case Operator::not_in:
      return "NotIn";
    case Operator::exists:
      return "Exists";
    case Operator::does_not_exist:
      return "DoesNotExist";
    case Operator::greater_than:
    case Operator::less_than:
      return nullptr;
  }
  return nullptr;
}

Json resource_attributes(const RequestAttributes& attributes) {
  Json json = Json::object();
  set_text(json, "namespace", attributes.namespace_name);
  set_text(json, "verb", attributes.verb);
  set_text(json, "group", attributes.group);
  set_text(json, "version", attributes.version);
  set_text(json, "resource", attributes.resource);
  set_text(json, "subresource", attributes.subresource);
  set_text(json, "name", attributes.name);
  Json fields = Json::array();
  for (const auto& field : attributes.fields) {
    fields.push_back(requirement_json(field.field, field.equals ? "In" : "NotIn", {field.value}));
  }
  if (!fields.empty()) json["fieldSelector"]["requirements"] = std::move(fields);
  Json labels = Json::array();
  for (const auto& label : attributes.labels) {
    if (const char* op = operator_name(label.op)) labels.push_back(requirement_json(label.key, op, label.values));
  }
  if (!labels.empty()) json["labelSelector"]["requirements"] = std::move(labels);
  return json;
}

Json extra_json(const Identity& user) {
  Json json = Json::object();
  for (const auto& [key, values] : user.extra) json[key] = values;
  return json;
}

// Texts one after another, each with its length, so that no two lists of them run into the same.
class KeyWriter {
 public:
  void add(std::string_view text) { text_.append(std::to_string(text.size())).append(1, ':').append(text); }
  void add(const std::vector<std::string>& texts) {
    add_count(texts.size());
    for (const auto& text : texts) add(text);
  }
  void add_count(std::size_t count) { text_.append(std::to_string(count)).append(1, ','); }

  [[nodiscard]] Digest digest() const { return sha256_of(text_); }

 private:
  std::string text_;
};

}  // namespace

Json make_subject_access_review(const Identity& user, const RequestAttributes& attributes) {
  Json spec = Json::object();
  set_text(spec, "user", user.name);
  set_text(spec, "uid", user.uid);
  if (!user.groups.empty()) spec["groups"] = user.groups;
  if (!user.extra.empty()) spec["extra"] = extra_json(user);
  if (attributes.is_resource) {
    spec["resourceAttributes"] = resource_attributes(attributes);
  } else {
    spec["nonResourceAttributes"] = {{"path", attributes.path}, {"verb", attributes.verb}};
  }
  Json review = {{"apiVersion", "authorization.k8s.io/v1"}, {"kind", "SubjectAccessReview"}};
  review["spec"] = std::move(spec);
  return well_formed(review);
}

Digest subject_access_key(const Identity& user, const RequestAttributes& attributes) {
  KeyWriter key;
  key.add(user.name);
  key.add(user.uid);
  key.add(user.groups);
  key.add_count(user.extra.size());
  for (const auto& [name, values] : user.extra) {
    key.add(name);
    key.add(values);
  }
  key.add(attributes.verb);
  if (!attributes.is_resource) {
    key.add(attributes.path);
    return key.digest();
  }
  for (const auto* text : {&attributes.namespace_name, &attributes.group, &attributes.version, &attributes.resource,
                           &attributes.subresource, &attributes.name}) {
    key.add(*text);
  }
  key.add_count(attributes.fields.size());
  for (const auto& field : attributes.fields) {
    key.add(field.field);
    key.add_count(field.equals ? 1 : 0);
    key.add(field.value);
  }
  for (const auto& label : attributes.labels) {
    key.add(label.key);
    key.add_count(static_cast<std::size_t>(label.op));
    key.add(label.values);
  }
  return key.digest();
}

}  // namespace inferno::server
