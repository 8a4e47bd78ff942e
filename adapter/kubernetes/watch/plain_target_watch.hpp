// Scale targets of a kind whose replicas the adapter can read from the object itself: spec.replicas and
// status.readyReplicas. Every object of the kind is kept, reduced to some hundred bytes, so that a variant may name any
// of them at any time.
#pragma once

#include "adapter/kubernetes/watch/target_kind_watch.hpp"
#include "adapter/kubernetes/watch/watched_collection.hpp"

namespace inferno::kubernetes {

class PlainTargetWatch final : public TargetKindWatch {
 public:
  PlainTargetWatch(const WatchContext& context, const ApiResource& resource, std::function<void()> changed);

  void want(std::set<ObjectName> names) override { wanted_ = std::move(names); }
  [[nodiscard]] const ScaleTarget* find(const ObjectName& name) const override;
  [[nodiscard]] bool is_known(const ObjectName& /*name*/) const override { return is_settled(); }
  [[nodiscard]] bool is_settled() const override { return collection_.is_settled(); }
  void report(WatchProblems& problems) const override { collection_.report(problems); }

 private:
  std::set<ObjectName> wanted_;
  WatchedCollection<ScaleTarget> collection_;
};

}  // namespace inferno::kubernetes
