// Scale targets of any other kind: their replicas are read from the scale subresource, one by one, each time that the
// object has changed. The resource is found by API discovery. Only what is wanted is read.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapter/kubernetes/watch/target_kind_watch.hpp"
#include "adapter/kubernetes/watch/watch_context.hpp"

namespace inferno::kubernetes {

class ScaledTargetWatch final : public TargetKindWatch {
 public:
  ScaledTargetWatch(const WatchContext& context, std::string api_version, std::string kind,
                    std::function<void()> changed);
  ~ScaledTargetWatch() override;
  ScaledTargetWatch(const ScaledTargetWatch&) = delete;
  ScaledTargetWatch& operator=(const ScaledTargetWatch&) = delete;
  ScaledTargetWatch(ScaledTargetWatch&&) = delete;
  ScaledTargetWatch& operator=(ScaledTargetWatch&&) = delete;

  void want(std::set<ObjectName> names) override;
  [[nodiscard]] const ScaleTarget* find(const ObjectName& name) const override;
  [[nodiscard]] bool is_known(const ObjectName& name) const override;
  [[nodiscard]] bool is_settled() const override;
  void report(WatchProblems& problems) const override;

 private:
  class Follower;

  std::shared_ptr<Follower> follower_;  // shared with its coroutine, which ends after this
  TaskGroup::Task task_;
};

}  // namespace inferno::kubernetes
