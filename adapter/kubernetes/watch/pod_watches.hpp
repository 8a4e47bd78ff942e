// The pods of the namespaces where some model has several variants, which only their pods can tell apart: metadata
// only. Not thread safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapter/kubernetes/watch/watch_context.hpp"
#include "adapter/kubernetes/watch/watch_problems.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::kubernetes {

class PodWatches {
 public:
  // `changed` is called when table() has become another one.
  PodWatches(const WatchContext& context, std::function<void()> changed);
  ~PodWatches();
  PodWatches(const PodWatches&) = delete;
  PodWatches& operator=(const PodWatches&) = delete;
  PodWatches(PodWatches&&) = delete;
  PodWatches& operator=(PodWatches&&) = delete;

  // Follows exactly these namespaces from now on.
  void follow(const std::set<std::string>& namespaces);

  [[nodiscard]] bool is_settled() const;
  // Namespaces whose pods have been read; the others have none.
  [[nodiscard]] PodTable table();
  void report(WatchProblems& problems) const;

 private:
  class NamespaceWatch;

  WatchContext context_;
  std::function<void()> changed_;
  std::map<std::string, std::unique_ptr<NamespaceWatch>> namespaces_;
};

}  // namespace inferno::kubernetes
