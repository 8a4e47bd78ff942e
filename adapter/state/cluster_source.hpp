// Where cluster state comes from: a directory of YAML files (standalone) or the Kubernetes API. One interface, so that
// nothing else cares.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapter/state/cluster_state.hpp"

namespace inferno {

class ClusterSource {
 public:
  virtual ~ClusterSource() = default;

  // The newest complete state; null until the first sync. Thread safe, never blocks on I/O.
  [[nodiscard]] virtual std::shared_ptr<const ClusterState> current() const = 0;

  // Why the source is not (or no longer) up to date, for readiness detail; nothing when all is well. Thread safe.
  [[nodiscard]] virtual std::optional<std::string> problem() const = 0;

  // Called after each published change, on the source's executor. Set once, before start.
  virtual void on_change(std::function<void()> listener) = 0;
};

}  // namespace inferno
