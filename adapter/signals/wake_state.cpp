#include "adapter/signals/wake_state.hpp"

namespace inferno::signals {

const WakeDemand* WaitingModels::find(std::string_view namespace_name, std::string_view model_id) const {
  const auto row = rows_.find({.namespace_name = namespace_name, .model_id = model_id, .target = {}});
  return row ? &demands_[*row] : nullptr;
}

WakeDemand& WaitingModels::add(std::string_view namespace_name, std::string_view model_id) {
  const RowName name{.namespace_name = namespace_name, .model_id = model_id, .target = {}};
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

WakeDemand WakeState::demand(const ModelKey& model) const {
  WakeDemand result;
  for (const std::string_view namespace_name : {std::string_view(model.namespace_name), std::string_view()}) {
    const WakeDemand* found = models.find(namespace_name, model.model_id);
    if (found == nullptr) continue;
    result.queue += found->queue;
    result.arrivals |= found->arrivals;
    result.just_arrived |= found->just_arrived;
  }
  return result;
}

}  // namespace inferno::signals
