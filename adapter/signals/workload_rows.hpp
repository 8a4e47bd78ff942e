// Whose rows are whose: the rows of signals that each scale target of a cluster state reads. Made for one state and one
// row table, both of which must outlive it. Immutable, so thread safe.
//
// Pods tell their controller by their names (queries.hpp, owner_of_pod): a Deployment's "<name>-<hash>", a
// StatefulSet's and the leaders of a LeaderWorkerSet "<name>-", the workers of one of its groups "<name>-<group>-"; any
// of these for another kind, with a revision between name and group for a DisaggregatedSet. Where the cluster tells the
// controllers of a namespace's pods, that counts more; names then tell about pods that are not seen yet or gone
// already, and about workloads that the controller of some other kind may have made. The longest target name that fits
// wins.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapter/signals/row_table.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::signals {

// The owner of series without a label `pod`: no pod's name has it.
inline constexpr std::string_view no_pod_label = "?";

// A target by its position in ClusterState::variants(): the first variant that names it.
using TargetIndex = std::size_t;

class TargetNames {
 public:
  explicit TargetNames(const ClusterState& state);
  // nullopt for pods of no target.
  [[nodiscard]] std::optional<TargetIndex> find(std::string_view namespace_name, std::string_view owner) const;
  // The variants that name it; several are a mistake of the user's.
  [[nodiscard]] std::vector<std::size_t> variants(TargetIndex target) const;

 private:
  using Named = std::unordered_map<std::string_view, std::vector<TargetIndex>>;
  // What the cluster says of the pods of one namespace, by owner; null for a workload that owners can't tell from
  // another.
  using Seen = std::unordered_map<std::string, const Workload*>;

  [[nodiscard]] std::optional<TargetIndex> find_by_name(const Named& names, std::string_view owner,
                                                        bool other_kinds) const;
  [[nodiscard]] std::optional<TargetIndex> find_workload(const Named& names, const Workload& workload) const;

  const ClusterState& state_;
  std::unordered_map<TargetIndex, std::vector<std::size_t>> sharers_;  // beside the first variant
  std::unordered_map<std::string_view, Named> by_namespace_;
  std::unordered_map<std::string_view, Seen> seen_;
};

class WorkloadRows {
 public:
  WorkloadRows(const ClusterState& state, const RowTable& rows);

  // Of pods of the variant's target that report the variant's model, or no model's name at all.
  [[nodiscard]] std::span<const Row> own(std::size_t variant) const { return find(own_, variant); }
  // Of pods of the variant's target that report under other names.
  [[nodiscard]] std::span<const Row> renamed(std::size_t variant) const { return find(renamed_, variant); }
  // Of pods that report the model's name and belong to none of its targets. `model`: position in state.models().
  [[nodiscard]] std::span<const Row> others(std::size_t model) const { return find(others_, model); }
  [[nodiscard]] const TargetNames& targets() const { return targets_; }

 private:
  // Few have more than one row: sorted (position, row) pairs, looked up by position.
  struct Assigned {
    std::vector<std::uint32_t> positions;
    std::vector<Row> rows;
  };
  static std::span<const Row> find(const Assigned& assigned, std::size_t position);
  static Assigned sorted(std::vector<std::pair<std::uint32_t, Row>> pairs);

  TargetNames targets_;
  Assigned own_;
  Assigned renamed_;
  Assigned others_;
};

// The group of a LeaderWorkerSet (or the like) whose workers the owner is; nullopt where it isn't workers.
[[nodiscard]] std::optional<std::int64_t> group_of_workers(std::string_view target, std::string_view owner);

// Kinds whose replicas are groups of pods.
[[nodiscard]] bool is_grouped(std::string_view kind);

}  // namespace inferno::signals
