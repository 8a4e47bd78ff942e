// What Kubernetes accepts as a label key and value. Pure. Source: k8s.io/apimachinery/pkg/api/validate/content
// (IsLabelKey, IsLabelValue).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferno::server {

// Why `key` is no label key (optional DNS subdomain prefix, '/', name of at most 63 characters); nothing where it is
// one.
[[nodiscard]] std::optional<std::string> label_key_fault(std::string_view key);

// Why `value` is no label value (empty, or at most 63 characters); nothing where it is one.
[[nodiscard]] std::optional<std::string> label_value_fault(std::string_view value);

}  // namespace inferno::server
