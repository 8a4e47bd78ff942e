#include "adapter/kubernetes/reported_status_field.hpp"

#include "adapter/kubernetes/json_field.hpp"
#include "adapter/kubernetes/replica_count.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

ReportedCondition read_condition(const Json& condition) {
  ReportedCondition result;
  result.type = find_text(condition, {"type"});
  result.status = find_text(condition, {"status"});
  result.reason = find_text(condition, {"reason"});
  result.message = find_text(condition, {"message"});
  result.last_transition = find_text(condition, {"lastTransitionTime"});
  if (const Json* generation = find_field(condition, {"observedGeneration"});
      generation != nullptr && generation->is_number_integer()) {
    result.observed_generation = generation->get<std::int64_t>();
  }
  return result;
}

}  // namespace

std::shared_ptr<const ReportedStatus> parse_reported_status(const Json& object) {
  const Json* status = find_field(object, {"status"});
  if (status == nullptr || !status->is_object() || status->empty()) return nullptr;
  auto result = std::make_shared<ReportedStatus>();
  if (const Json* replicas = find_field(*status, {"desiredOptimizedAlloc", "numReplicas"})) {
    result->desired_replicas = replica_count(*replicas);
  }
  result->accelerator = find_text(*status, {"desiredOptimizedAlloc", "accelerator"});
  result->last_run_time = find_text(*status, {"desiredOptimizedAlloc", "lastRunTime"});
  if (const Json* applied = find_field(*status, {"actuation", "applied"});
      applied != nullptr && applied->is_boolean()) {
    result->actuation_applied = applied->get<bool>();
  }
  if (const Json* conditions = find_field(*status, {"conditions"}); conditions != nullptr && conditions->is_array()) {
    for (const Json& condition : *conditions) result->conditions.push_back(read_condition(condition));
  }
  return result;
}

}  // namespace inferno::kubernetes
