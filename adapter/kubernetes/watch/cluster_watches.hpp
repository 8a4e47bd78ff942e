// All the watches of one source, and what they have found. Not thread safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapter/kubernetes/cluster_objects.hpp"
#include "adapter/kubernetes/state_assembler.hpp"
#include "adapter/kubernetes/watch/pod_watches.hpp"
#include "adapter/kubernetes/watch/target_watches.hpp"
#include "adapter/kubernetes/watch/watched_collection.hpp"

namespace inferno::kubernetes {

class ClusterWatches {
 public:
  // Starts at once. `changed` is called when objects() may have become other ones; things that can be done without are
  // waited for no longer than `patience`.
  ClusterWatches(const WatchContext& context, const ClusterSettings& settings, Duration patience,
                 std::function<void()> changed);

  // Starts and ends watches as the variants now ask for, and notices what came with time alone. Call it after each
  // change, and now and then.
  void update();

  // Everything has been read once that can be read: time for a first state.
  [[nodiscard]] bool is_complete() const;
  // What a state is made of. A variant is left out until it can be told whether its target is there.
  [[nodiscard]] ClusterObjects objects();
  void report(WatchProblems& problems) const;

 private:
  using Variants = WatchedCollection<std::shared_ptr<const Variant>>;
  using Autoscalers = WatchedCollection<std::shared_ptr<const AutoscalerObject>>;
  using ConfigMaps = WatchedCollection<std::map<std::string, std::string>>;

  // What must have been read, come what may.
  [[nodiscard]] bool has_required() const;
  [[nodiscard]] const TargetWatches::Variants& variants() const;
  [[nodiscard]] std::set<std::string> divided_namespaces() const;

  Duration patience_;
  std::function<void()> changed_;
  TargetWatches targets_;
  PodWatches pods_;
  Variants variants_;
  Autoscalers autoscalers_;
  std::vector<std::unique_ptr<ConfigMaps>> config_maps_;  // one for each name and place

  bool variants_changed_ = true;
  bool variants_absent_ = false;
  std::size_t known_kinds_ = 0;
  std::optional<std::chrono::steady_clock::time_point> required_since_;
};

}  // namespace inferno::kubernetes
