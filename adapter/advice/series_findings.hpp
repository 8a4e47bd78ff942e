// What is wrong with the series of a variant's model: that its own pods show none, or that other pods show the same
// name. The commonest mistakes of all. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adapter/decision/model_signals.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

struct SeriesFindings {
  // Why the pods of the target tell nothing of the model; empty where they do. See missing_series().
  std::string missing;
  std::string remedy;                       // what to do about it
  std::vector<std::string> pods_of_others;  // see ModelSignals

  bool operator==(const SeriesFindings&) const = default;
};

// `target`: position in signals.targets. Replicas must have been ready for longer than a first scrape takes, and
// Prometheus must answer. nullopt where nothing is wrong.
[[nodiscard]] std::optional<SeriesFindings> find_series(const Variant& variant, const ModelSignals& signals,
                                                        std::size_t target);

}  // namespace inferno
