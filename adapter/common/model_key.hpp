// A model: the pair (namespace, spec.modelID). Its Prometheus series carry the same two values as `namespace` and
// `model_name`.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>

namespace inferno {

struct ModelKey {
  std::string namespace_name;
  std::string model_id;

  auto operator<=>(const ModelKey&) const = default;
};

struct ModelKeyHash {
  [[nodiscard]] std::size_t operator()(const ModelKey& key) const noexcept {
    const std::hash<std::string> hash;
    return hash(key.namespace_name) * 31U + hash(key.model_id);
  }
};

}  // namespace inferno
