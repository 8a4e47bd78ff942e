#include "adapter/signals/wake_state.hpp"

#include <utility>

namespace inferno::signals {

void WakeDemand::add(const WakeDemand& other) {
  queue += other.queue;
  arrivals |= other.arrivals;
  refused |= other.refused;
}

const WakeDemand* WaitingModels::find(std::string_view namespace_name, std::string_view model_id) const {
  const auto row = rows_.find({.namespace_name = namespace_name, .model_id = model_id, .owner = {}});
  return row ? &demands_[*row] : nullptr;
}

WakeDemand& WaitingModels::add(std::string_view namespace_name, std::string_view model_id) {
  const RowName name{.namespace_name = namespace_name, .model_id = model_id, .owner = {}};
  if (const auto row = rows_.find(name)) return demands_[*row];
  rows_.add(name);  // rows are numbered in order: none is ever released here
  return demands_.emplace_back();
}

bool WaitingModels::within(const WaitingModels& other) const {
  for (Row row = 0; row < demands_.size(); ++row) {
    if (!other.rows_.find(rows_.name_of(row))) return false;
  }
  return true;
}

bool WaitingModels::operator==(const WaitingModels& other) const {
  if (size() != other.size()) return false;
  for (Row row = 0; row < demands_.size(); ++row) {
    const auto match = other.rows_.find(rows_.name_of(row));
    if (!match || other.demands_[*match] != demands_[row]) return false;
  }
  return true;
}

WakeDemand WakeState::demand(std::string_view namespace_name, std::string_view name) const {
  WakeDemand result;
  for (const std::string_view where : {namespace_name, std::string_view()}) {
    if (const WakeDemand* found = models.find(where, name)) result.add(*found);
  }
  return result;
}

bool GatewayObservation::update(const std::optional<GatewayDemand>& demand, TimePoint now) {
  const std::shared_ptr<const WakeState> before = std::move(state_);
  state_.reset();
  if (demand) {
    auto state = std::make_shared<WakeState>();
    state->as_of = now;
    for (const auto& [model, of_model] : *demand) {
      if (of_model != WakeDemand()) state->models.add(model.namespace_name, model.model_id) = of_model;
    }
    state_ = std::move(state);
  }

  static const WaitingModels nobody;
  const WaitingModels& waited = before ? before->models : nobody;
  const WaitingModels& waiting = state_ ? state_->models : nobody;
  is_untold_ |= waited != waiting;
  const bool begins = !waiting.within(waited);
  if (!is_untold_ || (!begins && now - told_at_ < pace_)) return false;
  is_untold_ = false;
  told_at_ = now;
  return true;
}

}  // namespace inferno::signals
