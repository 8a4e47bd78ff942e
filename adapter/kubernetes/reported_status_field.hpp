// The status of a VariantAutoscaling as it was written last. Pure.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "adapter/state/reported_status.hpp"

namespace inferno::kubernetes {

// Null where the object has no status. Fields of a wrong type are left out: whoever compares then writes them anew.
[[nodiscard]] std::shared_ptr<const ReportedStatus> parse_reported_status(const nlohmann::json& object);

}  // namespace inferno::kubernetes
