#include "adapter/signals/fleet_snapshot.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <unordered_map>

#include "adapter/signals/workload_rows.hpp"

namespace inferno::signals {
namespace {

void add(float& sum, float value) {
  if (!std::isnan(value)) sum = std::isnan(sum) ? value : sum + value;
}

void add(GridSample& sum, const GridSample& sample) {
  for (float GridSample::* field :
       {&GridSample::kv, &GridSample::running, &GridSample::waiting, &GridSample::deferred, &GridSample::replicas,
        &GridSample::finished_rise, &GridSample::gateway_queue, &GridSample::gateway_arrivals}) {
    add(sum.*field, sample.*field);
  }
}

std::optional<TimePoint> known(TimePoint time) {
  return time == UseEntry::never ? std::nullopt : std::optional(time);
}

std::string_view without_dash(std::string_view owner) {
  return owner.ends_with('-') ? owner.substr(0, owner.size() - 1) : owner;
}

}  // namespace

FleetSnapshot::FleetSnapshot(const SignalOptions& options, Parts parts)
    : step_(options.step),
      flow_interval_(options.flow_interval),
      history_delay_(options.history_delay()),
      wake_window_(options.wake_window),
      parts_(std::move(parts)) {}

class FleetSnapshot::Bound final : public BoundSignals {
 public:
  Bound(const FleetSnapshot& snapshot, const ClusterState& state)
      : snapshot_(snapshot), parts_(snapshot.parts_), state_(state), rows_(state, *parts_.rows) {
    for (const auto& [owner, sighting] : *parts_.sightings) {
      const auto target = rows_.targets().find(owner.first, owner.second);
      if (!target) continue;
      for (const std::size_t variant : rows_.targets().variants(*target)) sightings_[variant].push_back(&sighting);
    }
    for (const auto& [owner, tokens] : *parts_.kv_tokens) {
      const auto target = rows_.targets().find(owner.first, owner.second);
      if (!target) continue;
      for (const std::size_t variant : rows_.targets().variants(*target))
        kv_tokens_[variant] = std::max(kv_tokens_[variant], tokens);
    }
  }

  [[nodiscard]] ModelSignals gather(const Model& model, Duration retention_period) const override {
    ModelSignals signals;
    signals.as_of = parts_.as_of;
    signals.step = snapshot_.step_;
    signals.flow_interval = snapshot_.flow_interval_;
    signals.history_delay = snapshot_.history_delay_;
    add_gateway(signals, model);
    std::vector<float> cold_starts;
    for (const std::size_t variant : model.variants) {
      signals.targets.push_back(target(variant, retention_period));
      for (const Row row : rows_.own(variant))
        parts_.calibration->observations(Calibrated::cold_start, row, parts_.as_of, cold_starts);
    }
    if (const auto seconds = typical(std::move(cold_starts)))
      signals.cold_start = Duration{static_cast<Duration::rep>(*seconds * 1000)};
    add_others(signals, static_cast<std::size_t>(&model - state_.models().data()));
    add_wake(signals, model);
    signals.failed = parts_.failures.signals;
    signals.failure = parts_.failures.cause;
    return signals;
  }

 private:
  [[nodiscard]] std::vector<GridSample> samples(std::span<const Row> rows, GridSample (Frame::*of)(Row) const) const {
    std::vector<GridSample> samples(parts_.frames.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto& frame = parts_.frames[i];
      if (!frame || rows.empty()) continue;
      samples[i] = ((*frame).*of)(rows.front());
      for (const Row row : rows.subspan(1)) add(samples[i], ((*frame).*of)(row));
    }
    return samples;
  }

  // Where a replica is a group of pods, what its pods report adds up to one replica: as many replicas report as groups
  // have a leader that does, or any worker where leaders don't, and the KV cache of a group is that of all of its pods.
  // Returns how many pods of a replica reported last.
  double count_groups(const Variant& variant, std::span<const Row> rows, std::vector<GridSample>& samples) const {
    double pods_per_replica = 1;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto& frame = parts_.frames[i];
      if (!frame || !(samples[i].replicas > 0)) continue;
      float leaders = 0;
      float worker_groups = 0;
      for (const Row row : rows) {
        const float pods = frame->of_workload(row).replicas;
        if (!(pods > 0)) continue;
        const bool workers = group_of_workers(variant.target_reference.name, owner(row)).has_value();
        (workers ? worker_groups : leaders) += workers ? 1 : pods;
      }
      const float groups = leaders > 0 ? leaders : worker_groups;
      pods_per_replica = static_cast<double>(samples[i].replicas / groups);
      samples[i].kv *= groups / samples[i].replicas;
      samples[i].replicas = groups;
    }
    return pods_per_replica;
  }

  [[nodiscard]] std::string_view owner(Row row) const { return parts_.rows->name_of(row).owner; }

  [[nodiscard]] TargetSignals target(std::size_t position, Duration retention_period) const {
    const Variant& variant = state_.variants()[position];
    const std::span<const Row> rows = rows_.own(position);
    const bool grouped = is_grouped(variant.target_reference.kind);
    TargetSignals signals;
    signals.samples = samples(rows, &Frame::of_workload);
    const double pods_per_replica = grouped ? count_groups(variant, rows, signals.samples) : 1;
    signals.evidence = evidence(variant, rows, grouped, retention_period);
    add_use_of_samples(signals.samples, signals.evidence.last_use);
    if (const auto tokens = kv_tokens_.find(position); tokens != kv_tokens_.end()) signals.kv_tokens = tokens->second;
    calibrate(rows, pods_per_replica, signals);
    if (!signals.samples.empty() && !(signals.samples.back().replicas > 0)) signals.sighting = sighting(position);
    return signals;
  }

  [[nodiscard]] IdleEvidence evidence(const Variant& variant, std::span<const Row> rows, bool grouped,
                                      Duration retention_period) const {
    IdleEvidence result;
    if (!parts_.idle) return result;
    TimePoint newest = UseEntry::never;
    for (const Row row : rows) newest = std::max(newest, parts_.idle->entry(row).until);
    float leaders = 0;
    float worker_groups = 0;
    for (const Row row : rows) {
      const UseEntry entry = parts_.idle->entry(row);
      result.last_use = std::max(result.last_use, known(entry.last_use));
      result.request_count += parts_.idle->request_count(row, retention_period);
      if (entry.until == UseEntry::never) continue;
      const auto group = grouped ? group_of_workers(variant.target_reference.name, owner(row)) : std::nullopt;
      const bool gone = newest - entry.until > parts_.idle->gap_tolerance();
      // A group that is still there must be seen by all of its pods that were: by its leader as by its workers.
      const bool of_group = grouped && owner(row).ends_with('-');
      const bool expected = of_group && variant.target && group.value_or(0) < variant.target->spec_replicas;
      if (expected && (gone || (group && entry.pods < entry.most_pods)))
        result.gap = fmt::format("pods {}* no longer report, though they did", owner(row));
      if (gone) continue;
      result.since = std::max(result.since, known(entry.since));
      result.until = result.until ? std::min(*result.until, entry.until) : entry.until;
      (group ? worker_groups : leaders) += group ? 1 : entry.pods;
    }
    result.replicas = static_cast<double>(leaders > 0 ? leaders : worker_groups);
    return result;
  }

  // The history's grid is coarser than that of the samples, and is read later: what is newer is seen here.
  void add_use_of_samples(std::span<const GridSample> samples, std::optional<TimePoint>& last_use) const {
    const TimePoint known_until = parts_.idle ? parts_.idle->until() : TimePoint::min();
    for (std::size_t i = samples.size(); i-- > 0;) {
      const TimePoint time = parts_.as_of - snapshot_.step_ * static_cast<Duration::rep>(samples.size() - 1 - i);
      if (time <= known_until) return;
      if (!in_use(samples[i])) continue;
      last_use = std::max(last_use, std::optional(time));
      return;
    }
  }

  void calibrate(std::span<const Row> rows, double pods_per_replica, TargetSignals& signals) const {
    std::vector<float> throughput;
    std::vector<float> batch;
    for (const Row row : rows) {
      parts_.calibration->observations(Calibrated::throughput, row, parts_.as_of, throughput);
      parts_.calibration->observations(Calibrated::batch, row, parts_.as_of, batch);
    }
    signals.throughput_observations = throughput.size();
    signals.batch_observations = batch.size();
    signals.throughput = typical(std::move(throughput));
    signals.batch = typical(std::move(batch));
    if (signals.kv_tokens) *signals.kv_tokens *= pods_per_replica;
    if (signals.throughput) *signals.throughput *= pods_per_replica;
    if (signals.batch) *signals.batch *= pods_per_replica;
  }

  void add_gateway(ModelSignals& signals, const Model& model) const {
    std::vector<Row> rows;
    const auto add_rows = [&](const std::string& name) {
      for (const std::string_view where : {std::string_view(model.key.namespace_name), std::string_view()}) {
        if (const auto row = parts_.rows->find({.namespace_name = where, .model_id = name, .owner = {}}))
          rows.push_back(*row);
      }
    };
    add_rows(model.key.model_id);
    std::ranges::for_each(model.aliases, add_rows);
    signals.gateway = samples(rows, &Frame::of_gateway);
    if (parts_.idle) {
      for (const Row row : rows)
        signals.gateway_last_use = std::max(signals.gateway_last_use, known(parts_.idle->entry(row).last_use));
    }
    add_use_of_samples(signals.gateway, signals.gateway_last_use);
  }

  void add_others(ModelSignals& signals, std::size_t model) const {
    std::set<std::string> owners;
    for (const Row row : rows_.others(model)) {
      if (!reports(row)) continue;
      if (owner(row) == no_pod_label) {
        for (TargetSignals& target : signals.targets) target.sighting.without_pod_label = true;
      } else {
        owners.emplace(without_dash(owner(row)));
      }
    }
    signals.pods_of_others.assign(owners.begin(), owners.end());
  }

  [[nodiscard]] bool reports(Row row) const {
    return !parts_.frames.empty() && parts_.frames.back() && parts_.frames.back()->of_workload(row).replicas > 0;
  }

  // What the pods of a target show in place of the model's series.
  [[nodiscard]] Sighting sighting(std::size_t position) const {
    const Variant& variant = state_.variants()[position];
    std::set<std::string> served;
    std::set<std::string> metrics;
    Sighting result;
    for (const Row row : rows_.renamed(position)) {
      if (reports(row)) served.emplace(parts_.rows->name_of(row).model_id);
    }
    if (const auto seen = sightings_.find(position); seen != sightings_.end()) {
      for (const Sighting* sighting : seen->second) {
        served.insert(sighting->served_names.begin(), sighting->served_names.end());
        metrics.insert(sighting->metric_names.begin(), sighting->metric_names.end());
        if (sighting->scraped) result.scraped = result.scraped.value_or(false) || *sighting->scraped;
      }
    }
    served.erase(variant.model_id);
    result.served_names.assign(served.begin(), served.end());
    result.metric_names.assign(metrics.begin(), metrics.end());
    return result;
  }

  // Prometheus and the gateways tell of the same queues, one of them sooner: the longer one counts. So a gateway that
  // is not asked, or whose answer hides what another one holds, never outweighs what Prometheus knows.
  void add_wake(ModelSignals& signals, const Model& model) const {
    for (const WakeState* wake : {parts_.wake.get(), parts_.gateways.get()}) {
      // What has not been answered for long tells nothing; the samples do.
      if (wake == nullptr || parts_.as_of - wake->as_of > snapshot_.wake_window_) continue;
      WakeDemand demand = wake->demand(model.key.namespace_name, model.key.model_id);
      for (const std::string& alias : model.aliases) demand.add(wake->demand(model.key.namespace_name, alias));
      signals.wake_queue = std::max(signals.wake_queue, demand.queue);
      signals.wake_arrivals |= demand.arrivals;
      signals.wake_refused |= demand.refused;
      signals.wake_as_of = std::max(signals.wake_as_of, std::optional<TimePoint>(wake->as_of));
    }
  }

  const FleetSnapshot& snapshot_;
  const Parts& parts_;
  const ClusterState& state_;
  WorkloadRows rows_;
  // By variant.
  std::unordered_map<std::size_t, std::vector<const Sighting*>> sightings_;
  std::unordered_map<std::size_t, double> kv_tokens_;  // of one pod
};

std::shared_ptr<const BoundSignals> FleetSnapshot::bind(const ClusterState& state) const {
  return std::make_shared<const Bound>(*this, state);
}

}  // namespace inferno::signals
