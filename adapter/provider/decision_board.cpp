#include "adapter/provider/decision_board.hpp"

#include <algorithm>
#include <utility>

namespace inferno {

DecisionBoard::DecisionBoard(std::shared_ptr<const ClusterState> state, std::shared_ptr<const FleetSignals> signals,
                             TimePoint now, const DecisionSettings& settings)
    : state_(std::move(state)),
      signals_(std::move(signals)),
      bound_(signals_ ? signals_->bind(*state_) : nullptr),
      answers_(state_->variants().size()) {
  for (const Model& model : state_->models()) {
    const ModelDecision decision = explain(model, now, settings);
    for (std::size_t i = 0; i < model.variants.size(); ++i) {
      VariantAnswer& answer = answers_[model.variants[i]];
      answer.desired = decision.variants[i].desired;
      answer.current = decision.variants[i].current;
      answer.reason = decision.role_of(decision.variants[i]).reason;
      const Variant& variant = state_->variants()[model.variants[i]];
      answer.decided = variant.target.has_value();
      answer.request_count = decision.request_count;
      answer.newest_sample = decision.newest_sample.value_or(TimePoint{});
      if (auto findings = find_series(variant, decision.signals, i))
        findings_.emplace(model.variants[i], *std::move(findings));
    }
    if (decision.valid_until)
      valid_until_ = valid_until_ ? std::min(*valid_until_, *decision.valid_until) : decision.valid_until;
  }
}

const SeriesFindings* DecisionBoard::findings(std::size_t variant) const {
  const auto found = findings_.find(variant);
  return found == findings_.end() ? nullptr : &found->second;
}

std::optional<TimePoint> DecisionBoard::signals_as_of() const {
  if (signals_ == nullptr) return std::nullopt;
  return signals_->as_of();
}

ModelDecision DecisionBoard::explain(const Model& model, TimePoint now, const DecisionSettings& settings) const {
  ModelPolicy policy = state_->policies().resolve(model.key);
  ModelSignals signals;
  if (bound_) {
    signals = bound_->gather(model, policy.scale_to_zero.retention_period.value);
  } else {
    signals.targets.resize(model.variants.size());
  }
  return decide(*state_, model, std::move(policy), std::move(signals), now, settings);
}

}  // namespace inferno
