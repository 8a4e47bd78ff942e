// The entries of one policy ConfigMap by the models they apply to, and the order in which a model asks them.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapter/common/model_key.hpp"
#include "adapter/policy/config_entry.hpp"

namespace inferno {

// Immutable after it is built; safe to share.
class PolicyLevels {
 public:
  // Takes the entries in byte order of their keys. Of two for the same model_id and namespace the first wins; a warning
  // names both.
  void add(const std::string& config_map, ConfigEntry entry, std::vector<ConfigWarning>& warnings);

  // The entries that apply to a model, highest level first: (model_id and namespace), (model_id), "default". Null where
  // there is none.
  [[nodiscard]] std::array<const ConfigEntry*, 3> chain(const ModelKey& model) const;

  // Every entry, each after the ones that it can inherit from.
  template <class Visitor>
  void visit(const Visitor& visitor) {
    if (defaults_) visitor(*defaults_);
    for (auto& [model_id, entry] : by_model_) visitor(entry);
    for (auto& [model, entry] : by_model_and_namespace_) visitor(entry);
  }

 private:
  [[nodiscard]] const ConfigEntry* exact(const ModelKey& model) const;
  [[nodiscard]] const ConfigEntry* any_namespace(const ModelKey& model) const;

  std::map<ModelKey, ConfigEntry> by_model_and_namespace_;
  std::map<std::string, ConfigEntry, std::less<>> by_model_;
  std::optional<ConfigEntry> defaults_;
};

}  // namespace inferno
