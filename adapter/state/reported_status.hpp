// What the status of a VariantAutoscaling says in the cluster now, so that it is written only when that changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapter/common/time.hpp"

namespace inferno {

struct ReportedCondition {
  std::string type;
  std::string status;  // "True", "False", "Unknown"
  std::string reason;
  std::string message;
  std::string last_transition;  // as written
  std::int64_t observed_generation = 0;

  bool operator==(const ReportedCondition&) const = default;
};

struct ReportedStatus {
  std::optional<std::int32_t> desired_replicas;  // desiredOptimizedAlloc.numReplicas
  std::string accelerator;
  std::string last_run_time;  // as written
  std::optional<bool> actuation_applied;
  std::vector<ReportedCondition> conditions;

  bool operator==(const ReportedStatus&) const = default;
};

}  // namespace inferno
