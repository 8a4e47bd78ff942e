// What is decided for the variants of one model, with everything a person needs to see why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/model_key.hpp"
#include "adapter/common/time.hpp"
#include "adapter/decision/model_signals.hpp"
#include "adapter/policy/policy_book.hpp"

namespace inferno {

enum class Reason : std::uint8_t {
  saturation = 1,    // load asks for more (or, with more than one replica, for less) than there is
  steady,            // what there is fits the load
  idle,              // proven idle for the whole retention period: zero
  wake_up,           // at zero, and requests wait for it
  minimum_replicas,  // not needed by load; kept because scale-to-zero is off, the retention period has not passed, or
                     // a VariantAutoscaling's minReplicas asks for it
  metrics_missing,   // replicas run, but nothing proves what they do: the present count is held
  stale,             // signals are old: the last good decision is held
};

[[nodiscard]] std::string_view to_string(Reason reason);  // "Saturation", "Steady", ...

// One term of the sizing rule in replicas (in units of capacity where the model has several variants).
struct SizingTerm {
  std::string name;  // "kvUsage", "flow", "batch", "firstSample"
  double replicas = 0;
  std::string explanation;  // the arithmetic with its numbers
};

struct VariantDecision {
  std::string name;
  std::int32_t current = 0;
  std::int32_t ready = 0;
  std::int32_t desired = 0;
  double capacity = 1.0;  // per replica, relative; what `cost` is divided by
  double cost = 0;
  std::int32_t min_replicas = 0;             // at most max_replicas
  std::optional<std::int32_t> max_replicas;  // the smallest of those that bind it
  std::string max_replicas_of;               // the object that says so
  bool held_up = false;                      // load would give it fewer, but for min_replicas
  bool limited = false;                      // load would give it more, but for max_replicas
  bool has_target = true;                    // false: its scale target does not exist
  std::size_t role = 0;                      // position in ModelDecision::roles
};

// What is decided for the targets of one role: sizing, cost and spreading stay within it.
struct RoleDecision {
  std::string role;  // "decode", "prefill", ...
  Reason reason = Reason::steady;
  std::string explanation;        // one sentence for a person
  std::vector<SizingTerm> terms;  // of the newest step
  std::int32_t needed_now = 0;    // n of the newest step, in replicas of average capacity
  std::int32_t needed_peak = 0;   // the largest n within the scale-down window
  double missing_capacity = 0;    // of the need: no variant may have so many replicas
};

struct ModelDecision {
  ModelKey model;
  std::vector<RoleDecision> roles;        // in order of name; at least one
  std::vector<VariantDecision> variants;  // in the order of Model::variants
  ModelPolicy policy;
  double request_count = 0;                   // finished requests within the retention period; each counts once
  std::optional<TimePoint> last_activity;     // of any target, or at the gateway
  std::optional<TimePoint> idle_clock_start;  // where the retention clock started, and why
  std::string idle_clock_cause;
  ModelSignals signals;  // samples reduced to the newest one
  std::optional<TimePoint> newest_sample;
  // When time alone can change the answer (the retention period ends, the signals go stale): ask again then.
  std::optional<TimePoint> valid_until;

  [[nodiscard]] const RoleDecision& role_of(const VariantDecision& variant) const { return roles[variant.role]; }
};

}  // namespace inferno
