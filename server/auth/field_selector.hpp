// Field selectors: `metadata.name=x,status.phase!=y`. Pure. Source of the grammar: k8s.io/apimachinery/pkg/fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferno::server {

struct FieldRequirement {
  std::string field;
  std::string value;
  bool equals = true;  // else it must differ

  bool operator==(const FieldRequirement&) const = default;
};

// All must hold. Sorted as Kubernetes does; nothing where the text is no field selector.
[[nodiscard]] std::optional<std::vector<FieldRequirement>> parse_field_selector(std::string_view text);

}  // namespace inferno::server
