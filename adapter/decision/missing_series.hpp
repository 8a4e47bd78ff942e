// Why the pods of a scale target report nothing of its model, though they should, and what to do about it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapter/decision/model_signals.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

// Both are parts of a sentence: "replicas are ready, but <cause>: <remedy>".
struct MissingSeries {
  std::string cause;
  std::string remedy;

  bool operator==(const MissingSeries&) const = default;
};

// nullopt where the pods report, where none is ready, or where it is not known.
[[nodiscard]] std::optional<MissingSeries> missing_series(const Variant& variant, const ModelSignals& signals,
                                                          const TargetSignals& target);

// The first few of the names, in quotes.
[[nodiscard]] std::string quoted(const std::vector<std::string>& names);

}  // namespace inferno
