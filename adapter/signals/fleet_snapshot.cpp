#include "adapter/signals/fleet_snapshot.hpp"

#include <algorithm>
#include <cmath>

namespace inferno::signals {
namespace {

bool positive(float value) {
  return !std::isnan(value) && value > 0;
}

bool shows_use(const GridSample& sample) {
  return positive(sample.running) || positive(sample.waiting) || positive(sample.finished_rise) ||
         positive(sample.gateway_queue);
}

}  // namespace

FleetSnapshot::FleetSnapshot(const SignalOptions& options, Parts parts)
    : step_(options.step),
      flow_interval_(options.flow_interval),
      history_delay_(options.history_delay()),
      wake_window_(options.wake_window),
      parts_(std::move(parts)) {}

std::vector<GridSample> FleetSnapshot::samples(std::optional<Row> row) const {
  std::vector<GridSample> samples(parts_.frames.size());
  if (!row) return samples;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto& frame = parts_.frames[i];
    if (frame) samples[i] = frame->at(*row);
  }
  return samples;
}

VariantSignals FleetSnapshot::variant(std::optional<Row> row) const {
  VariantSignals signals;
  std::vector<float> throughput = parts_.learned->observations(Learned::throughput, row, parts_.as_of);
  std::vector<float> batch = parts_.learned->observations(Learned::batch, row, parts_.as_of);
  signals.throughput_observations = throughput.size();
  signals.batch_observations = batch.size();
  signals.throughput = typical(std::move(throughput));
  signals.batch = typical(std::move(batch));
  if (row && *row < parts_.kv_tokens->size() && positive((*parts_.kv_tokens)[*row])) {
    signals.kv_tokens = static_cast<double>((*parts_.kv_tokens)[*row]);
  }
  return signals;
}

ActivityEvidence FleetSnapshot::activity(std::optional<Row> row, std::optional<Row> gateway_row,
                                         const std::vector<GridSample>& samples, Duration retention_period) const {
  ActivityEvidence evidence;
  TimePoint known_until = TimePoint::min();
  if (parts_.activity) {
    evidence = parts_.activity->evidence(row, retention_period);
    evidence.last_activity =
        std::max(evidence.last_activity, parts_.activity->evidence(gateway_row, retention_period).last_activity);
    known_until = parts_.activity->until();
  }
  // The ledger's grid is coarser than that of the samples: what is newer than its newest step is seen here.
  for (std::size_t i = samples.size(); i-- > 0;) {
    const TimePoint time = parts_.as_of - step_ * static_cast<Duration::rep>(samples.size() - 1 - i);
    if (time <= known_until) break;
    if (shows_use(samples[i])) {
      evidence.last_activity = std::max(evidence.last_activity, std::optional<TimePoint>(time));
      break;
    }
  }
  return evidence;
}

// Prometheus and the gateways tell of the same queues, one of them sooner: the longer one counts. So a gateway that is
// not asked, or whose answer hides what another one holds, never outweighs what Prometheus knows.
void FleetSnapshot::add_wake(ModelSignals& signals, const ModelKey& model) const {
  for (const WakeState* wake : {parts_.wake.get(), parts_.gateways.get()}) {
    // What has not been answered for long tells nothing; the samples do.
    if (wake == nullptr || parts_.as_of - wake->as_of > wake_window_) continue;
    const WakeDemand demand = wake->demand(model);
    signals.wake_queue = std::max(signals.wake_queue, demand.queue);
    signals.wake_arrivals |= demand.arrivals;
    signals.just_arrived |= demand.just_arrived;
    signals.wake_as_of = std::max(signals.wake_as_of, std::optional<TimePoint>(wake->as_of));
  }
}

ModelSignals FleetSnapshot::gather(const ModelKey& model, std::span<const std::string> targets,
                                   Duration retention_period) const {
  const auto find = [this, &model](std::string_view namespace_name, std::string_view target) {
    return parts_.rows->find({.namespace_name = namespace_name, .model_id = model.model_id, .target = target});
  };
  const std::optional<Row> row = find(model.namespace_name, {});
  const std::optional<Row> gateway_row = find({}, {});

  ModelSignals signals;
  signals.as_of = parts_.as_of;
  signals.step = step_;
  signals.flow_interval = flow_interval_;
  signals.history_delay = history_delay_;
  signals.samples = samples(row);
  for (std::size_t i = 0; gateway_row && i < parts_.frames.size(); ++i) {
    if (!parts_.frames[i]) continue;
    const float everywhere = parts_.frames[i]->gateway_queue(*gateway_row);
    float& queue = signals.samples[i].gateway_queue;
    if (!std::isnan(everywhere)) queue = (std::isnan(queue) ? 0.0F : queue) + everywhere;
  }
  for (const std::string& target : targets) {
    if (targets.size() == 1) {
      signals.variants.push_back(variant(row));
      break;
    }
    const std::optional<Row> target_row = find(model.namespace_name, target);
    VariantSignals& last = signals.variants.emplace_back(variant(target_row));
    last.samples = samples(target_row);
  }
  signals.activity = activity(row, gateway_row, signals.samples, retention_period);
  if (const auto seconds = typical(parts_.learned->observations(Learned::cold_start, row, parts_.as_of))) {
    signals.cold_start = Duration{static_cast<Duration::rep>(*seconds * 1000)};
  }
  add_wake(signals, model);
  signals.failed = parts_.failures.signals;
  signals.failure = parts_.failures.cause;
  if (targets.size() > 1) {
    signals.failed |= parts_.variant_failures.signals;
    if (signals.failure.empty()) signals.failure = parts_.variant_failures.cause;
  }
  signals.partial = parts_.partial;
  return signals;
}

}  // namespace inferno::signals
