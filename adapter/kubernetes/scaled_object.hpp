// An object of any kind that has the scale subresource: what the object itself tells, and what its Scale
// (autoscaling/v1) adds. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "adapter/common/parse_result.hpp"
#include "adapter/kubernetes/api_object.hpp"

namespace inferno::kubernetes {

struct ScaledObject {
  // Of the newest change: whether the Scale must be read again.
  std::string resource_version;
  std::optional<std::int32_t> ready_replicas;  // status.readyReplicas
  std::optional<TimePoint> left_zero_at;       // as for every scale target, were it not at zero
  Engine engine = Engine::vllm;
  std::optional<std::uint32_t> max_num_seqs;
  std::string role;  // as a label tells; empty where none does
  std::vector<std::string> served_names;

  bool operator==(const ScaledObject&) const = default;
};

[[nodiscard]] ScaledObject parse_scaled_object(const nlohmann::json& object);

// spec_replicas: spec.replicas of the Scale, 0 where absent (it is left out then). ready_replicas: as the object says,
// else status.replicas of the Scale.
[[nodiscard]] ParseResult<ScaleTarget> with_scale(const ScaledObject& object, const nlohmann::json& scale);

}  // namespace inferno::kubernetes
