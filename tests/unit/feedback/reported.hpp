// The status that the cluster shows after a document was applied.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapter/state/reported_status.hpp"

namespace inferno::testing {

inline std::shared_ptr<const ReportedStatus> reported_from(const nlohmann::json& document) {
  const nlohmann::json& status = document.at("status");
  ReportedStatus reported;
  if (status.contains("desiredOptimizedAlloc")) {
    const nlohmann::json& allocation = status["desiredOptimizedAlloc"];
    reported.desired_replicas = allocation["numReplicas"].get<std::int32_t>();
    reported.accelerator = allocation["accelerator"];
    reported.last_run_time = allocation["lastRunTime"];
    reported.actuation_applied = status["actuation"]["applied"].get<bool>();
  }
  for (const nlohmann::json& condition : status["conditions"]) {
    reported.conditions.push_back({.type = condition["type"],
                                   .status = condition["status"],
                                   .reason = condition["reason"],
                                   .message = condition["message"],
                                   .last_transition = condition["lastTransitionTime"],
                                   .observed_generation = condition["observedGeneration"].get<std::int64_t>()});
  }
  return std::make_shared<const ReportedStatus>(std::move(reported));
}

}  // namespace inferno::testing
