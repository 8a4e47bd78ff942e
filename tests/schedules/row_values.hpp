// Adds up what pods say by rows: (namespace, model_name, owner), where the owner is what a pod's name tells of its
// controller. Here sabotages mix up who is who.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "tests/schedules/scrape_view.hpp"

namespace inferno::schedules {

// A sum that knows how much was added.
struct Sum {
  double value = 0;
  int count = 0;

  void add(double more) {
    value += more;
    ++count;
  }
};

class RowValues {
 public:
  RowValues(const ModelTruth& model, const ScrapeView& view) : model_(model), view_(view) {}

  // Calls value_of(pod, name), which returns an optional value, for each pod and each name that pods report; emits the
  // sums of the rows, or their means.
  template <class ValueOf>
  void emit(ValueOf value_of, const Emit& emit, bool mean = false, Duration ago = {}) {
    for (const Name name : {Name::model_id, Name::other}) {
      if (name == Name::other && !model_.was_renamed) continue;
      sums_.assign(model_.owners.size(), {});
      for (const Pod& pod : model_.pods) {
        if (view_.is_long_gone(pod, ago)) continue;
        if (const std::optional<double> value = value_of(pod, name)) add(pod, *value);
      }
      if (view_.is(Sabotage::targets_mixed)) stand_in();
      for (std::size_t owner = 0; owner < sums_.size(); ++owner) {
        const Sum& sum = sums_[owner];
        if (sum.count > 0) emit(labels(owner, name), mean ? sum.value / sum.count : sum.value);
      }
    }
  }

  [[nodiscard]] const std::string& labels(std::size_t owner, Name name) const {
    const bool is_other = name == Name::other && !view_.is(Sabotage::other_names_counted);
    return model_.owners[owner].labels.at(is_other ? 1 : 0);
  }

 private:
  void add(const Pod& pod, double value) {
    std::size_t owner = pod.owner;
    if (view_.is(Sabotage::others_counted) && !model_.workloads[pod.workload].has_autoscaling) {
      for (std::size_t target = 0; target < model_.workloads.size(); ++target) {
        if (model_.workloads[target].has_autoscaling) owner = newest_owner(target).value_or(owner);
      }
    }
    sums_[owner].add(value);
  }

  // A target whose own pods say nothing gets what those of another say.
  void stand_in() {
    for (std::size_t target = 0; target < model_.workloads.size(); ++target) {
      const auto owner = newest_owner(target);
      if (!owner || !model_.workloads[target].has_autoscaling || sums_[*owner].count > 0) continue;
      const auto other = std::ranges::find_if(sums_, [](const Sum& sum) { return sum.count > 0; });
      if (other != sums_.end()) sums_[*owner] = *other;
    }
  }

  [[nodiscard]] std::optional<std::size_t> newest_owner(std::size_t workload) const {
    const auto pod = std::find_if(model_.pods.rbegin(), model_.pods.rend(),
                                  [&](const Pod& other) { return other.workload == workload && other.is_leader; });
    return pod == model_.pods.rend() ? std::nullopt : std::optional(pod->owner);
  }

  const ModelTruth& model_;
  const ScrapeView& view_;
  std::vector<Sum> sums_;  // by owner
};

}  // namespace inferno::schedules
