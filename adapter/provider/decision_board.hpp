// The answers for every variant at one moment, ready to be read by the request path. Immutable; swapped whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "adapter/advice/series_findings.hpp"
#include "adapter/common/time.hpp"
#include "adapter/decision/decide.hpp"
#include "adapter/signals/fleet_signals.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

struct VariantAnswer {
  std::int32_t desired = 0;
  std::int32_t current = 0;
  Reason reason = Reason::steady;
  bool decided = false;  // false: the variant is invalid or its scale target is missing
  double request_count = 0;
  TimePoint newest_sample;
};

class DecisionBoard {
 public:
  // Decides every model. Arguments must not be null, except `signals` before the first answer of Prometheus.
  DecisionBoard(std::shared_ptr<const ClusterState> state, std::shared_ptr<const FleetSignals> signals, TimePoint now,
                const DecisionSettings& settings);

  [[nodiscard]] const ClusterState& state() const { return *state_; }
  // The newest step that the answers rest on; nothing before the first answer of Prometheus.
  [[nodiscard]] std::optional<TimePoint> signals_as_of() const;
  // Parallel to state().variants().
  [[nodiscard]] const std::vector<VariantAnswer>& answers() const { return answers_; }
  // What is wrong with the series of a variant's model; null where nothing is.
  [[nodiscard]] const SeriesFindings* findings(std::size_t variant) const;
  // When time alone changes an answer.
  [[nodiscard]] std::optional<TimePoint> valid_until() const { return valid_until_; }

  // The whole decision about the model of one variant, computed again with everything that explains it.
  [[nodiscard]] ModelDecision explain(const Model& model, TimePoint now, const DecisionSettings& settings) const;

 private:
  std::shared_ptr<const ClusterState> state_;
  std::shared_ptr<const FleetSignals> signals_;
  std::shared_ptr<const BoundSignals> bound_;  // null without signals
  std::vector<VariantAnswer> answers_;
  std::map<std::size_t, SeriesFindings> findings_;  // by variant
  std::optional<TimePoint> valid_until_;
};

}  // namespace inferno
