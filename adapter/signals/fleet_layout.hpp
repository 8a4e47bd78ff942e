// What the signals need to know of the cluster: its models, which of them are divided into several variants, and whose
// pod is whose. Immutable once made. Looks into the state it was made of, which outlives it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
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
    const ModelKey& key;
    // Of each variant, in the order of Model::variants; only where there are several.
    std::vector<std::string_view> targets;
    bool has_ready_replicas = false;

    [[nodiscard]] bool divided() const { return !targets.empty(); }
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
  struct TargetEntry {
    std::string_view namespace_name;
    std::string_view target;
    std::size_t model;
  };

  std::vector<ModelEntry> models_;  // in the order of ClusterState::models(), that is by key
  std::vector<std::string> namespaces_;
  KnownPodOwners owners_;
  std::vector<TargetEntry> by_target_;  // sorted by namespace and target; of equal ones the first model comes first
  std::vector<std::string> divided_models_;
  std::vector<std::string> divided_namespaces_;
  std::size_t division_fingerprint_ = 0;
  std::size_t row_count_ = 0;
  Duration longest_retention_period_{};
};

}  // namespace inferno::signals
