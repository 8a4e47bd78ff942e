// A label selector as the object that answers carry: metav1.LabelSelector with matchLabels and matchExpressions. Pure.
// Source of the conversion: metav1.ParseToLabelSelector. `<` and `>` have no form there; they are left out.
#pragma once

#include <string>

#include "server/api/protobuf_writer.hpp"
#include "server/api/selector.hpp"

namespace inferno::server {

// Appends the JSON object; `null` for the selector that matches everything, as upstream prints a selector that nobody
// gave.
void append_label_selector_json(std::string& out, const LabelSelector& selector);

[[nodiscard]] ProtobufWriter label_selector_protobuf(const LabelSelector& selector);

}  // namespace inferno::server
