#include "adapter/decision/sizing.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "adapter/decision/arrival_rate.hpp"

namespace inferno {
namespace {

// While a replica loads, a backlog that the present ones cannot keep up with grows. Its size a third of the way to the
// horizon is what the answer is sized for: without foresight a step with a slow cold start waits longer, and with the
// whole of it replicas asked for earlier are paid twice (bench/policy, 8 seeds, cold starts of 20, 60 and 120 s:
// requests late 25.1 -> 23.5 % for a step at 120 s).
constexpr double backlog_foresight = 1.0 / 3;

double or_zero(float value) {
  return std::isnan(value) ? 0.0 : static_cast<double>(value);
}

// Sum over the variants that know the value divided by the sum of their capacities: the value per unit of capacity.
template <class Value>
std::optional<double> per_capacity(std::span<const ReplicaModel> replicas, Value value) {
  double sum = 0;
  double capacity = 0;
  for (const ReplicaModel& replica : replicas) {
    if (const std::optional<double> known = value(replica); known && *known > 0) {
      sum += *known;
      capacity += replica.capacity;
    }
  }
  if (capacity <= 0) return std::nullopt;
  return sum / capacity;
}

// A speed seen a few times only is noise that would make equal variants look different, and the cheaper one be shrunk
// for it.
constexpr std::size_t fewest_observations_to_weigh = 5;

std::optional<double> settled_throughput(const TargetSignals& target) {
  return target.throughput_observations >= fewest_observations_to_weigh ? target.throughput : std::nullopt;
}

// Gives every variant the weight `value`, scaled so that the weights average 1; false where a variant lacks it.
template <class Value>
bool weigh_by(std::vector<ReplicaModel>& replicas, std::span<const TargetSignals* const> targets, Value value) {
  double sum = 0;
  for (const TargetSignals* target : targets) {
    const std::optional<double> known = value(*target);
    if (!known || *known <= 0) return false;
    sum += *known;
  }
  const double mean = sum / static_cast<double>(targets.size());
  for (std::size_t i = 0; i < replicas.size(); ++i) replicas[i].capacity = *value(*targets[i]) / mean;
  return true;
}

// Requests in line: those that only wait for KV blocks hold blocks already, and are counted there.
double in_line(const GridSample& sample) {
  return std::max(0.0, or_zero(sample.waiting) - or_zero(sample.deferred));
}

void add(float& sum, float value) {
  if (!std::isnan(value)) sum = std::isnan(sum) ? value : sum + value;
}

}  // namespace

RoleSignals role_signals(const ModelSignals& signals, std::vector<const TargetSignals*> targets, bool hands_over) {
  RoleSignals role{.targets = std::move(targets),
                   .samples = {},
                   .step = signals.step,
                   .flow_interval = signals.flow_interval,
                   .hands_over = hands_over};
  role.samples = role.targets.front()->samples;
  for (std::size_t i = 0; i < role.samples.size(); ++i) {
    GridSample& sum = role.samples[i];
    for (std::size_t target = 1; target < role.targets.size(); ++target) {
      const GridSample& sample = role.targets[target]->samples[i];
      for (float GridSample::* field : {&GridSample::kv, &GridSample::running, &GridSample::waiting,
                                        &GridSample::deferred, &GridSample::replicas, &GridSample::finished_rise}) {
        add(sum.*field, sample.*field);
      }
    }
    sum.gateway_queue = signals.gateway[i].gateway_queue;
    sum.gateway_arrivals = signals.gateway[i].gateway_arrivals;
  }
  return role;
}

std::vector<ReplicaModel> replica_models(std::span<const TargetSignals* const> targets,
                                         std::span<const std::optional<std::uint32_t>> max_num_seqs) {
  std::vector<ReplicaModel> replicas(targets.size());
  if (replicas.size() > 1 && !weigh_by(replicas, targets, settled_throughput)) {
    weigh_by(replicas, targets, [](const TargetSignals& target) { return target.kv_tokens; });
  }
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    replicas[i].throughput = targets[i]->throughput;
    replicas[i].batch = targets[i]->batch;
    if (!replicas[i].batch && max_num_seqs[i]) replicas[i].batch = *max_num_seqs[i];
  }
  return replicas;
}

Sizing::Sizing(const RoleSignals& signals, std::span<const ReplicaModel> replicas, const SaturationPolicy& policy,
               Duration horizon)
    : signals_(signals),
      replicas_(replicas),
      horizon_(horizon),
      kv_target_(policy.kv_cache_threshold.value - policy.kv_spare_trigger.value),
      queue_target_(policy.queue_length_threshold.value - policy.queue_spare_trigger.value),
      utilization_(policy.target_utilization.value),
      drain_seconds_(policy.drain_seconds.value),
      throughput_(per_capacity(replicas, [](const ReplicaModel& replica) { return replica.throughput; })),
      batch_(per_capacity(replicas, [](const ReplicaModel& replica) { return replica.batch; })),
      arrivals_(arrivals_per_second(signals.samples, signals.step, signals.flow_interval)) {}

std::optional<double> Sizing::kv_usage_term(std::size_t sample) const {
  const GridSample& total = signals_.samples[sample];
  if (std::isnan(total.kv)) return std::nullopt;
  if (signals_.hands_over && or_zero(total.running) + or_zero(total.waiting) <= 0) return std::nullopt;
  double weighted = 0;
  for (std::size_t i = 0; i < replicas_.size(); ++i)
    weighted += or_zero(signals_.targets[i]->samples[sample].kv) * replicas_[i].capacity;
  return weighted / kv_target_;
}

std::optional<double> Sizing::running_term(std::size_t sample) const {
  const float total = signals_.samples[sample].running;
  if (std::isnan(total) || !batch_) return std::nullopt;
  double capacity = 0;
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    const double running = or_zero(signals_.targets[i]->samples[sample].running);
    capacity += replicas_[i].batch ? running / *replicas_[i].batch * replicas_[i].capacity : running / *batch_;
  }
  return capacity / utilization_;
}

double Sizing::reporting_capacity(std::size_t sample) const {
  double capacity = 0;
  for (std::size_t i = 0; i < replicas_.size(); ++i)
    capacity += or_zero(signals_.targets[i]->samples[sample].replicas) * replicas_[i].capacity;
  return capacity;
}

Sizing::Flow Sizing::flow_at(std::size_t sample, double backlog) const {
  const auto interval_steps = static_cast<std::size_t>(signals_.flow_interval / signals_.step);
  Flow flow{.rate = arrival_rate(arrivals_, sample, interval_steps, signals_.flow_interval, horizon_),
            .expected_backlog = backlog};
  if (flow.rate && backlog > 0) {
    const double growth = flow.rate->now - reporting_capacity(sample) * *throughput_;
    flow.expected_backlog +=
        std::max(0.0, growth) * backlog_foresight * std::chrono::duration<double>(horizon_).count();
  }
  return flow;
}

std::string Sizing::explain_flow(const Flow& flow) const {
  std::string arrivals = "unknown";
  if (flow.rate) {
    arrivals = fmt::format("{:.2f}/s", flow.rate->now);
    if (flow.rate->projected > flow.rate->now) arrivals += fmt::format(" rising to {:.2f}/s", flow.rate->projected);
  }
  return fmt::format(
      "(arrivals {} / utilization {:.2f} + backlog {:.0f} / drain {:.0f} s) / throughput {:.2f}/s per replica",
      arrivals, utilization_, flow.expected_backlog, drain_seconds_, *throughput_);
}

Need Sizing::at(std::size_t sample, double extra_gateway_queue, bool explain) const {
  const GridSample& seen = signals_.samples[sample];
  const double reporting = or_zero(seen.replicas);
  const double queued = in_line(seen) + or_zero(seen.gateway_queue) + extra_gateway_queue;

  Need need;
  need.in_flight = or_zero(seen.running) + or_zero(seen.deferred) + queued;
  need.backlog = queued > queue_target_ * reporting ? queued : 0;

  const auto add = [&](const char* name, double replicas, auto explanation) {
    need.known = true;
    need.capacity = std::max(need.capacity, replicas);
    if (explain) need.terms.push_back({.name = name, .replicas = replicas, .explanation = explanation()});
  };

  if (const auto term = kv_usage_term(sample)) {
    add("kvUsage", *term, [&] { return fmt::format("sum of KV usage {:.3f} / target {:.2f}", seen.kv, kv_target_); });
  }
  if (throughput_) {
    const Flow flow = flow_at(sample, need.backlog);
    if (flow.rate || need.backlog > 0) {
      const double rate = flow.rate ? flow.rate->projected : 0;
      add("flow", (rate / utilization_ + flow.expected_backlog / drain_seconds_) / *throughput_,
          [&] { return explain_flow(flow); });
    }
  }
  if (need.backlog <= 0) {
    if (const auto term = running_term(sample)) {
      add("batch", *term, [&] {
        return fmt::format("running {:.0f} / (batch {:.1f} per replica * utilization {:.2f})", seen.running, *batch_,
                           utilization_);
      });
    }
  } else if (batch_ && !throughput_) {
    const double at_most = 2 * std::max(1.0, reporting);
    add("firstSample", std::min(need.in_flight / (*batch_ + queue_target_), at_most), [&] {
      return fmt::format(
          "in flight {:.0f} / (batch {:.1f} + queue target {:.0f}), at most {:.0f} until the speed of a replica is "
          "known",
          need.in_flight, *batch_, queue_target_, at_most);
    });
  }
  // With nothing in flight there is nothing to size: zero capacity is an answer, not a gap.
  if (need.in_flight <= 0 && in_flight(seen)) need.known = true;
  return need;
}

std::int32_t whole_replicas(double capacity) {
  constexpr double noise = 1e-6;
  constexpr double most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp(std::ceil(capacity - noise), 0.0, most));
}

}  // namespace inferno
