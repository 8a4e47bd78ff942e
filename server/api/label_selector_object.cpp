#include "server/api/label_selector_object.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "server/api/json_text.hpp"

namespace inferno::server {
namespace {

using Operator = LabelSelector::Operator;
using Requirement = LabelSelector::Requirement;

struct Parts {
  std::vector<const Requirement*> labels;
  std::vector<std::pair<const Requirement*, std::string_view>> expressions;  // with metav1.LabelSelectorOperator
};

Parts split(const LabelSelector& selector) {
  Parts parts;
  for (const Requirement& requirement : selector.requirements()) {
    switch (requirement.op) {
      case Operator::equals:
        // matchLabels is a map: a key that is asked for twice needs an expression the second time. Requirements are
        // sorted by key.
        if (!parts.labels.empty() && parts.labels.back()->key == requirement.key) {
          parts.expressions.emplace_back(&requirement, "In");
        } else {
          parts.labels.push_back(&requirement);
        }
        break;
      case Operator::in:
        parts.expressions.emplace_back(&requirement, "In");
        break;
      case Operator::not_equals:
      case Operator::not_in:
        parts.expressions.emplace_back(&requirement, "NotIn");
        break;
      case Operator::exists:
        parts.expressions.emplace_back(&requirement, "Exists");
        break;
      case Operator::does_not_exist:
        parts.expressions.emplace_back(&requirement, "DoesNotExist");
        break;
      case Operator::greater_than:
      case Operator::less_than:
        break;
    }
  }
  return parts;
}

void append_expression(std::string& out, const Requirement& requirement, std::string_view name) {
  out += "{\"key\":";
  append_json_string(out, requirement.key);
  out += ",\"operator\":";
  append_json_string(out, name);
  if (!requirement.values.empty()) {
    out += ",\"values\":[";
    for (const std::string& value : requirement.values) {
      if (out.back() != '[') out += ',';
      append_json_string(out, value);
    }
    out += ']';
  }
  out += '}';
}

}  // namespace

void append_label_selector_json(std::string& out, const LabelSelector& selector) {
  if (selector.empty()) {
    out += "null";
    return;
  }
  const Parts parts = split(selector);
  out += '{';
  if (!parts.labels.empty()) {
    out += "\"matchLabels\":{";
    for (const Requirement* label : parts.labels) {
      if (out.back() != '{') out += ',';
      append_json_string(out, label->key);
      out += ':';
      append_json_string(out, label->values.front());
    }
    out += '}';
  }
  if (!parts.expressions.empty()) {
    if (out.back() != '{') out += ',';
    out += "\"matchExpressions\":[";
    for (const auto& [requirement, name] : parts.expressions) {
      if (out.back() != '[') out += ',';
      append_expression(out, *requirement, name);
    }
    out += ']';
  }
  out += '}';
}

ProtobufWriter label_selector_protobuf(const LabelSelector& selector) {
  const Parts parts = split(selector);
  ProtobufWriter object;
  for (const Requirement* label : parts.labels) object.add_entry(1, label->key, label->values.front());
  for (const auto& [requirement, name] : parts.expressions) {
    ProtobufWriter expression;
    expression.add_bytes(1, requirement->key);
    expression.add_bytes(2, name);
    for (const std::string& value : requirement->values) expression.add_bytes(3, value);
    object.add_message(2, expression);
  }
  return object;
}

}  // namespace inferno::server
