// What is decided for the variants of one role of a model: they share its load. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/decision/decide.hpp"
#include "adapter/decision/decision.hpp"
#include "adapter/decision/model_signals.hpp"
#include "adapter/decision/sizing.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

// Pods of the role hand their requests over to pods of another, which finish them: prefill, encode, encode-prefill.
[[nodiscard]] bool hands_over(std::string_view role);

// One variant of the role. None is null.
struct RoleMember {
  const Variant* variant;
  const TargetSignals* signals;
  VariantDecision* decision;
};

class RoleDecider {
 public:
  // Sizes the role. Keeps references: the arguments, and what they point to, outlive the object. `decision` has the
  // role's name.
  RoleDecider(const ModelSignals& signals, const ModelPolicy& policy, const DecisionSettings& settings,
              std::vector<RoleMember> members, RoleDecision& decision);

  [[nodiscard]] std::int32_t current() const { return current_; }
  // Requests running, waiting, or queued at the gateway.
  [[nodiscard]] double in_flight() const { return in_flight_; }

  // One of these completes the decision.
  void go_to_zero(std::string why);
  void leave_zero(Reason reason, std::string why);
  void follow_load(const std::string& why_not_zero);

 private:
  void size();
  void allocate_capacity(double grow_to, double shrink_to);
  void hold(Reason reason, std::string why);
  void fit_load(const std::string& why_not_zero, const std::string& missing);
  [[nodiscard]] std::string explain_minimum() const;
  [[nodiscard]] std::string explain_limits() const;

  [[nodiscard]] std::int32_t total(std::int32_t VariantDecision::* field) const;
  [[nodiscard]] double current_capacity() const;
  [[nodiscard]] double unseen_capacity() const;
  [[nodiscard]] double extra_gateway_queue() const;
  [[nodiscard]] bool stands_still() const;
  [[nodiscard]] bool query_failed() const;
  [[nodiscard]] std::string find_missing_series() const;

  const ModelSignals& model_;
  const ModelPolicy& policy_;
  const DecisionSettings& settings_;
  std::vector<RoleMember> members_;
  RoleDecision& decision_;
  RoleSignals signals_;
  std::vector<ReplicaModel> replicas_;
  std::int32_t current_ = 0;
  std::int32_t ready_ = 0;
  double need_now_ = 0;
  double need_peak_ = 0;
  double in_flight_ = 0;
  bool need_known_ = false;
  bool stuck_ = false;  // the need was cut to what is there, since nothing moves
};

}  // namespace inferno
