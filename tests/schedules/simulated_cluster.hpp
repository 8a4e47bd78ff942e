// The Kubernetes API, as far as a source of cluster state sees it: objects in the shapes a real API server was recorded
// to send, read by the adapter's own parsers and put together by its StateAssembler.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "adapter/kubernetes/cluster_objects.hpp"
#include "adapter/kubernetes/state_assembler.hpp"
#include "adapter/state/cluster_source.hpp"
#include "tests/schedules/fleet.hpp"
#include "tests/schedules/policy_truth.hpp"

namespace inferno::schedules {

// Names a VariantAutoscaling by its model and workload in the fleet.
using VariantIndex = std::pair<std::size_t, std::size_t>;

class SimulatedCluster {
 public:
  SimulatedCluster(const Fleet& fleet, TimePoint born) : fleet_(fleet), born_(born) {}

  PolicyTruth policy;
  std::map<VariantIndex, TimePoint> autoscalings;  // VariantAutoscalings that exist, with their creation
  bool watches_pods = false;                       // the source tells which workload each pod belongs to
  bool tells_roles = true;                         // pod templates carry the label llm-d.ai/role

  // Makes the objects anew from the truth.
  void refresh(TimePoint now);
  [[nodiscard]] const kubernetes::ClusterObjects& objects() const { return objects_; }

 private:
  [[nodiscard]] nlohmann::json scale_target(const ModelTruth& model, std::size_t workload, TimePoint now) const;
  [[nodiscard]] static nlohmann::json autoscaling(const ModelTruth& model, const WorkloadTruth& workload,
                                                  TimePoint created);
  void add(const nlohmann::json& object);
  void add_pods();

  const Fleet& fleet_;
  TimePoint born_;
  kubernetes::ClusterObjects objects_;
};

// One replica's view: it may be late, and it forgets everything when the replica restarts.
class ClusterView final : public ClusterSource {
 public:
  // A frozen ConfigMap stays as it was first seen.
  ClusterView(const SimulatedCluster& cluster, bool freeze_config_maps);

  void refresh(TimePoint now);

  [[nodiscard]] std::shared_ptr<const ClusterState> current() const override { return state_; }
  [[nodiscard]] std::optional<std::string> problem() const override { return std::nullopt; }
  void on_change(std::function<void()> listener) override { listener_ = std::move(listener); }

  // The policy at the last refresh, and when that was: what a late view can know.
  [[nodiscard]] const PolicyTruth& policy() const { return policy_; }
  [[nodiscard]] TimePoint seen_at() const { return seen_at_; }

 private:
  const SimulatedCluster& cluster_;
  bool freeze_config_maps_;
  std::optional<std::map<kubernetes::ObjectName, std::map<std::string, std::string>>> frozen_;
  kubernetes::StateAssembler assembler_{kubernetes::ClusterSettings{}};
  std::shared_ptr<const ClusterState> state_;
  PolicyTruth policy_;
  TimePoint seen_at_;
  std::function<void()> listener_;
};

}  // namespace inferno::schedules
