#include "adapter/provider/decision_board.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "adapter/advice/series_evidence.hpp"

namespace inferno {
namespace {

ModelSignals signals_of(const ClusterState& state, const Model& model, const FleetSignals* signals,
                        Duration retention_period) {
  if (signals == nullptr) {
    ModelSignals none;
    none.variants.resize(model.variants.size());
    return none;
  }
  std::vector<std::string> targets;
  targets.reserve(model.variants.size());
  for (const std::size_t variant : model.variants) targets.push_back(state.variants()[variant].target_reference.name);
  return signals->gather(model.key, targets, retention_period);
}

}  // namespace

DecisionBoard::DecisionBoard(std::shared_ptr<const ClusterState> state, std::shared_ptr<const FleetSignals> signals,
                             TimePoint now, const DecisionSettings& settings)
    : state_(std::move(state)), signals_(std::move(signals)), answers_(state_->variants().size()) {
  for (const Model& model : state_->models()) {
    const ModelDecision decision = explain(model, now, settings);
    for (std::size_t i = 0; i < model.variants.size(); ++i) {
      VariantAnswer& answer = answers_[model.variants[i]];
      answer.desired = decision.variants[i].desired;
      answer.current = decision.variants[i].current;
      answer.reason = decision.reason;
      const Variant& variant = state_->variants()[model.variants[i]];
      answer.decided = variant.target.has_value();
      answer.lacks_series = lacks_series(variant, decision.signals);
      answer.request_count = decision.signals.activity.request_count;
      answer.newest_sample = decision.newest_sample.value_or(TimePoint{});
    }
    if (decision.valid_until)
      valid_until_ = valid_until_ ? std::min(*valid_until_, *decision.valid_until) : decision.valid_until;
  }
}

std::optional<TimePoint> DecisionBoard::signals_as_of() const {
  if (signals_ == nullptr) return std::nullopt;
  return signals_->as_of();
}

ModelDecision DecisionBoard::explain(const Model& model, TimePoint now, const DecisionSettings& settings) const {
  ModelPolicy policy = state_->policies().resolve(model.key);
  const Duration retention_period = policy.scale_to_zero.retention_period.value;
  return decide(*state_, model, std::move(policy), signals_of(*state_, model, signals_.get(), retention_period), now,
                settings);
}

}  // namespace inferno
