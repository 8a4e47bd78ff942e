// Names that gateways are asked for and no model has: such requests size and wake nothing. Each is told of once. Pure.
#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "adapter/common/model_key.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::signals {

class NobodysNames {
 public:
  static constexpr std::size_t most_told = 1'000;  // of whatever else comes nothing is told

  void use(std::shared_ptr<const ClusterState> state);

  // A name that a gateway says, under an empty namespace where it doesn't tell one. Names in namespaces without any
  // model are none of the adapter's business. Needs a state.
  void see(std::string_view namespace_name, std::string_view name);
  // One line, for the log, about those that were seen for the first time since the last call; empty where there are
  // none.
  [[nodiscard]] std::string take_warning();

 private:
  [[nodiscard]] bool is_somebodys(std::string_view namespace_name, std::string_view name);
  void index();

  std::shared_ptr<const ClusterState> state_;
  bool is_indexed_ = false;  // `names_` are those of the state
  // "namespace/name" of every model and alias, "/name" of those of any namespace, "namespace" of those with models.
  std::unordered_set<std::string> names_;
  std::set<ModelKey> told_;
  std::vector<std::string> untold_;
};

}  // namespace inferno::signals
