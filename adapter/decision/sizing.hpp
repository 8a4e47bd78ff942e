// Demand to replicas: how much capacity a role of the model needs at one grid step, by flow. Pure.
//
// Capacity is counted in replicas of average capacity: a variant's replica weighs `capacity`, and the weights of a
// role's variants average 1, so that for a role with one variant capacity and replicas are the same.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapter/decision/arrival_rate.hpp"
#include "adapter/decision/decision.hpp"
#include "adapter/decision/model_signals.hpp"
#include "adapter/policy/policy_book.hpp"

namespace inferno {

// What is read of the targets of one role.
struct RoleSignals {
  std::vector<const TargetSignals*> targets;
  std::vector<GridSample> samples;  // of all of them, with what waits at the gateway: each request passes every role
  Duration step{};
  Duration flow_interval{};
  // A prefill pod keeps a request's KV blocks until a decode pod has pulled them: they are no demand by themselves.
  bool hands_over = false;
};

// `targets` are some of signals.targets, at least one.
[[nodiscard]] RoleSignals role_signals(const ModelSignals& signals, std::vector<const TargetSignals*> targets,
                                       bool hands_over);

// What a full replica of each target can do. Parallel to RoleSignals::targets.
struct ReplicaModel {
  double capacity = 1.0;
  std::optional<double> throughput;  // finished requests per second
  std::optional<double> batch;       // running requests
};

// Capacity per replica: learned throughput where every variant has been seen often enough, else KV tokens where every
// variant reports them, else equal. Takes the prior for batch (the container's --max-num-seqs) where nothing has been
// learned.
[[nodiscard]] std::vector<ReplicaModel> replica_models(std::span<const TargetSignals* const> targets,
                                                       std::span<const std::optional<std::uint32_t>> max_num_seqs);

struct Need {
  double capacity = 0;            // the largest term, before rounding
  bool known = false;             // at least one term had its inputs, or nothing was in flight
  double in_flight = 0;           // requests running, waiting or queued at the gateway
  double backlog = 0;             // requests waiting beyond what a busy fleet always has
  std::vector<SizingTerm> terms;  // only with `explain`
};

class Sizing {
 public:
  // Keeps references; all arguments outlive the object.
  Sizing(const RoleSignals& signals, std::span<const ReplicaModel> replicas, const SaturationPolicy& policy,
         Duration horizon);

  // `extra_gateway_queue`: requests that a fresher look at the gateway found beyond the sample's own.
  [[nodiscard]] Need at(std::size_t sample, double extra_gateway_queue, bool explain) const;

 private:
  struct Flow {
    std::optional<ArrivalRate> rate;
    double expected_backlog = 0;
  };
  [[nodiscard]] Flow flow_at(std::size_t sample, double backlog) const;
  [[nodiscard]] std::string explain_flow(const Flow& flow) const;
  [[nodiscard]] double reporting_capacity(std::size_t sample) const;
  [[nodiscard]] std::optional<double> kv_usage_term(std::size_t sample) const;
  [[nodiscard]] std::optional<double> running_term(std::size_t sample) const;

  const RoleSignals& signals_;
  std::span<const ReplicaModel> replicas_;
  Duration horizon_;
  double kv_target_;
  double queue_target_;
  double utilization_;
  double drain_seconds_;
  std::optional<double> throughput_;  // per unit of capacity
  std::optional<double> batch_;       // per unit of capacity
  std::vector<float> arrivals_;
};

// Rounds a capacity up to whole replicas; noise of floating-point sums buys nothing.
[[nodiscard]] std::int32_t whole_replicas(double capacity);

}  // namespace inferno
