// The scale targets of one kind, followed for as long as this exists. Not thread safe.
#pragma once

#include <functional>
#include <set>

#include "adapter/kubernetes/api_object.hpp"
#include "adapter/kubernetes/watch/watch_problems.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::kubernetes {

class TargetKindWatch {
 public:
  virtual ~TargetKindWatch() = default;

  // The targets that matter: only their changes are told.
  virtual void want(std::set<ObjectName> names) = 0;
  // Null: there is no such object, as far as is known.
  [[nodiscard]] virtual const ScaleTarget* find(const ObjectName& name) const = 0;
  // Whether it can be told that this one is there or not.
  [[nodiscard]] virtual bool is_known(const ObjectName& name) const = 0;
  // What was wanted at first has been read, as far as it is there; it stays so.
  [[nodiscard]] virtual bool is_settled() const = 0;
  virtual void report(WatchProblems& problems) const = 0;
};

}  // namespace inferno::kubernetes
