// From objects to the immutable ClusterState: joins variants with their scale targets and those with their autoscalers,
// parses the policy ConfigMaps, and remembers what the objects themselves don't tell. Shared by all sources.
//
// Not thread safe: one per source, called on its executor. Logs what is wrong in ConfigMaps and VariantAutoscalings
// once when it appears.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "adapter/common/time.hpp"
#include "adapter/kubernetes/cluster_objects.hpp"
#include "adapter/kubernetes/complaints.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::kubernetes {

struct ClusterSettings {
  std::string own_namespace = "workload-variant-autoscaler-system";  // where the ConfigMaps are
  std::string watch_namespace;                                       // variants of this namespace only; empty: of all
  std::string scale_to_zero_config_map = "model-scale-to-zero-config";
  std::string saturation_config_map = "saturation-scaling-config";
  std::optional<std::string> wva_scale_to_zero;  // the environment variable's value

  // Variants of this namespace are served.
  [[nodiscard]] bool is_watched(const std::string& namespace_name) const {
    return watch_namespace.empty() || namespace_name == watch_namespace;
  }
};

class StateAssembler {
 public:
  explicit StateAssembler(ClusterSettings settings);

  // `now` is when the objects were seen. A scale target that was at zero (or not there) at the last call and is not now
  // has left zero at `now`, unless the object tells a later time; the first call can't know.
  [[nodiscard]] std::shared_ptr<const ClusterState> assemble(const ClusterObjects& objects, TimePoint now);

 private:
  struct Seen {
    std::int32_t spec_replicas = 0;
    std::int32_t ready_replicas = 0;
    std::optional<TimePoint> left_zero_at;
    TimePoint fewer_since = TimePoint::min();
  };

  using AutoscalersByTarget =
      std::multimap<std::reference_wrapper<const TargetKey>, std::shared_ptr<const Autoscaler>, std::less<TargetKey>>;

  void note_targets(const ClusterObjects& objects, TimePoint now);
  [[nodiscard]] std::optional<ScaleTarget> find_target(const ClusterObjects& objects,
                                                       const AutoscalersByTarget& autoscalers,
                                                       const Variant& variant) const;
  [[nodiscard]] PolicySources sources_of(const ClusterObjects& objects) const;
  [[nodiscard]] bool has_variants(const ClusterObjects& objects, const std::string& namespace_name) const;
  void refresh_policies(const ClusterObjects& objects);
  void log_complaints(const ClusterObjects& objects);

  ClusterSettings settings_;
  bool first_ = true;
  std::map<TargetKey, Seen> seen_;
  PolicySources sources_;  // of policies_
  std::shared_ptr<const PolicyBook> policies_;
  Complaints complaints_{Complaints::Level::warning};
};

}  // namespace inferno::kubernetes
