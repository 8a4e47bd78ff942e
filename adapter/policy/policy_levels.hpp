// The entries of all policy ConfigMaps by the models they apply to, and the order in which a model asks them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "adapter/common/model_key.hpp"
#include "adapter/policy/config_entry.hpp"

namespace inferno {

// Immutable after it is built; safe to share.
class PolicyLevels {
 public:
  // The entries that apply to a model, the one that counts first in front. None is null.
  using Chain = std::vector<const ConfigEntry*>;

  // Takes the ConfigMaps in the order in which they count, of each the entries in byte order of their keys. Of two
  // entries of one ConfigMap for the same model_id and namespace the first wins; a warning names both.
  void add(const PolicyConfigMap& config_map, ConfigEntry entry, std::vector<ConfigWarning>& warnings);

  // The model's own namespace before the adapter's; in each the entry for (model_id and namespace), for (model_id),
  // "default"; of each the ConfigMaps in the order of add.
  [[nodiscard]] Chain chain(const ModelKey& model) const;

  // The chain of everyone that some entry is for.
  template <class Visitor>
  void visit(const Visitor& visitor) const {
    for (const auto& [level, entries] : entries_) {
      visitor(chain({.namespace_name = std::get<1>(level), .model_id = std::get<2>(level)}));
    }
  }

 private:
  // Whether it is of the model's own namespace, the namespace and the model_id that it is for (empty: any).
  using Level = std::tuple<bool, std::string, std::string>;

  std::map<Level, std::vector<ConfigEntry>, std::less<>> entries_;
};

}  // namespace inferno
