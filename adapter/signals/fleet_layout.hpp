// What the signals need to know of the cluster: its models, which of them are divided into several variants, and whose
// pod is whose. Immutable once made.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapter/common/model_key.hpp"
#include "adapter/signals/known_pod_owners.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::signals {

class FleetLayout {
 public:
  FleetLayout() = default;
  explicit FleetLayout(const ClusterState& state);

  struct ModelEntry {
    ModelKey key;
    std::vector<std::string> targets;  // of each variant, in the order of Model::variants
    bool has_ready_replicas = false;

    [[nodiscard]] bool divided() const { return targets.size() > 1; }
  };

  [[nodiscard]] const std::vector<ModelEntry>& models() const { return models_; }
  [[nodiscard]] const std::vector<std::string>& namespaces() const { return namespaces_; }  // of models; sorted
  [[nodiscard]] const PodOwners& owners() const { return owners_; }

  [[nodiscard]] const ModelEntry* find(std::string_view namespace_name, std::string_view model_id) const;
  // The model that a scale target serves; the first one where several claim it.
  [[nodiscard]] const ModelEntry* model_of_target(std::string_view namespace_name, std::string_view target) const;

  // Model names (spec.modelID) that have several variants in some namespace; sorted.
  [[nodiscard]] const std::vector<std::string>& divided_models() const { return divided_models_; }
  [[nodiscard]] const std::vector<std::string>& divided_namespaces() const { return divided_namespaces_; }  // sorted
  // Changes when rows of variants come to mean something else.
  [[nodiscard]] std::size_t division_fingerprint() const { return division_fingerprint_; }
  [[nodiscard]] Duration longest_retention_period() const { return longest_retention_period_; }
  [[nodiscard]] std::size_t row_count() const { return row_count_; }

 private:
  std::vector<ModelEntry> models_;  // in the order of ClusterState::models(), that is by key
  std::vector<std::string> namespaces_;
  KnownPodOwners owners_;
  std::unordered_map<std::string, std::size_t> model_by_target_;
  std::vector<std::string> divided_models_;
  std::vector<std::string> divided_namespaces_;
  std::size_t division_fingerprint_ = 0;
  std::size_t row_count_ = 0;
  Duration longest_retention_period_{};
};

}  // namespace inferno::signals
