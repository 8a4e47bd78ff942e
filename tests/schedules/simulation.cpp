#include "tests/schedules/simulation.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>

#include "tests/schedules/replica.hpp"
#include "tests/schedules/schedule.hpp"
#include "tests/schedules/virtual_time.hpp"

namespace inferno::schedules {
namespace {

// Answers arrive, and scrapes are visible, by then.
constexpr Duration settled{600};
// Between the moments at which the adapter runs.
constexpr Duration beat_interval{std::chrono::seconds{30}};

class Simulation final : public Stage {
 public:
  Simulation(std::uint64_t seed, Sabotage sabotage)
      : random_(~seed),
        schedule_(make_schedule(seed)),
        sabotage_(sabotage),
        fleet_(random_, schedule_.scrape_interval, schedule_.settings.signals.gap_tolerance),
        cluster_(fleet_, schedule_.begin - std::chrono::hours{24}),
        invariants_(fleet_, judged_settings_, schedule_.scrape_interval, schedule_.traits),
        time_(schedule_.begin) {
    judged_settings_ = schedule_.settings;
    if (sabotage == Sabotage::old_answers_served) schedule_.settings.provider.max_stale = std::chrono::hours{24};
    fleet_.models = schedule_.models;
    cluster_.policy = schedule_.policy;
    cluster_.watches_pods = schedule_.watches_pods;
    cluster_.tells_roles = sabotage != Sabotage::roles_ignored;
    for (const VariantIndex& index : schedule_.autoscalings) cluster_.autoscalings[index] = schedule_.begin;
    for (ModelTruth& model : fleet_.models) model.disturbance.note(schedule_.begin, "the beginning");
    describe_setting();
  }

  Outcome run() {
    std::size_t next = 0;
    for (now_ = schedule_.begin; now_ <= schedule_.end && !invariants_.violation(); now_ += tick) {
      clock_.time = now_ + settled;
      time_.set(clock_.time);
      bool changed = std::exchange(changed_by_hpa_, false);
      changed |= fleet_.advance(now_);
      while (next < schedule_.events.size() && schedule_.events[next].at <= now_) {
        const Event& event = schedule_.events[next++];
        tell(event.text);
        event.act(*this);
        changed = true;
      }
      if (changed) see_cluster();
      note_calm();
      // While answers take time, the adapter has to move on in between.
      const bool waits = query_faults_.fault == QueryFault::slow || query_faults_.fault == QueryFault::silent;
      if (waits || (now_ - schedule_.begin) % beat_interval == Duration::zero()) beat();
    }
    outcome_.violation = invariants_.violation();
    return std::move(outcome_);
  }

  Fleet& fleet() override { return fleet_; }
  SimulatedCluster& cluster() override { return cluster_; }
  QueryFaults& query_faults() override { return query_faults_; }
  [[nodiscard]] TimePoint now() const override { return now_; }

  void start_replica(std::size_t index) override {
    cluster_.refresh(now_);
    AdapterSettings settings = schedule_.settings;
    if (sabotage_ == Sabotage::second_replica_differs && index == 1) settings.decision.scale_down_window *= 4;
    const Replica::World world{.fleet = fleet_,
                               .cluster = cluster_,
                               .clock = clock_,
                               .faults = query_faults_,
                               .random = random_,
                               .timing = timing(),
                               .traits = schedule_.traits};
    replicas_.at(index).reset();
    replicas_.at(index) =
        std::make_unique<Replica>(index == 0 ? "replica A" : "replica B", world, settings,
                                  [this, index](const DecisionBoard& board) { see_board(index, board); });
  }

  void stop_replica(std::size_t index) override { replicas_.at(index).reset(); }
  void cut_off_from_cluster(bool cut_off) override { cut_off_ = cut_off; }

 private:
  [[nodiscard]] GridTiming timing() const {
    const signals::SignalOptions& signals = schedule_.settings.signals;
    return {.step = signals.step,
            .flow_interval = signals.flow_interval,
            .gap_tolerance = signals.gap_tolerance,
            .much_earlier = signals.gap_tolerance + 2 * signals.flow_interval + signals.history_delay(),
            .warm_up = signals.warm_up,
            .wake_window = signals.wake_window,
            .range_is_closed = schedule_.range_is_closed,
            .sabotage = sabotage_};
  }

  void tell(const std::string& text) {
    outcome_.story.push_back(fmt::format("{:>5} s  {}", (now_ - schedule_.begin).count() / 1000, text));
  }

  void describe_setting() {
    now_ = schedule_.begin;
    const signals::SignalOptions& signals = schedule_.settings.signals;
    tell(fmt::format("scrapes every {} s, step {} s, flow interval {} s, asked every {} s",
                     schedule_.scrape_interval.count() / 1000, signals.step.count() / 1000,
                     signals.flow_interval.count() / 1000, schedule_.ask_interval.count() / 1000));
    const BackendTraits& traits = schedule_.traits;
    tell(fmt::format("{}{}{}{}{}", schedule_.range_is_closed ? "ranges are closed" : "ranges are open",
                     traits.aligns ? ", times are aligned" : "", traits.remarks ? ", expressions are remarked on" : "",
                     traits.withholds > Duration::zero() ? ", the newest points are withheld" : "",
                     schedule_.watches_pods ? ", pods are watched" : ""));
    for (const ModelTruth& model : fleet_.models) describe(model);
    for (const auto& [key, text] : cluster_.policy.config_map_data()) {
      std::string line = text;
      std::ranges::replace(line, '\n', ' ');
      tell(fmt::format("ConfigMap key {}: {}", key, line));
    }
  }

  void describe(const ModelTruth& model) {
    constexpr std::array<std::string_view, 3> gateways{"no gateway", "a gateway", "a gateway without namespace"};
    constexpr std::array<std::string_view, 3> kinds{"Deployment", "StatefulSet", "LeaderWorkerSet"};
    std::string text;
    for (const WorkloadTruth& workload : model.workloads) {
      text += fmt::format(", {} {}", kinds.at(static_cast<std::size_t>(workload.kind)), workload.name);
      if (workload.group_size > 1) text += workload.only_leaders_report ? " (2 pods, one reports)" : " (2 pods)";
      if (workload.scrape_jobs > 1) text += " (scraped twice)";
      if (workload.is_scaled_by_others) text += " (of others)";
    }
    tell(fmt::format("{}/{}: loads for {} s, {}{}{}{}", model.namespace_name, model.model_id,
                     model.load_time.count() / 1000, gateways.at(static_cast<std::size_t>(model.gateway)),
                     model.gateway_refuses ? " that keeps nothing" : "",
                     model.counters_appear_late ? ", counters appear with their first request" : "", text));
  }

  void see_cluster() {
    for (std::size_t m = 0; m < fleet_.models.size(); ++m) {
      ModelTruth& model = fleet_.models[m];
      const Policy policy = cluster_.policy.resolve(model.namespace_name, model.model_id);
      Policy& known = policies_[m];
      bool changed = known.enabled != policy.enabled || known.retention != policy.retention;
      known = policy;
      for (std::size_t w = 0; w < model.workloads.size(); ++w) {
        const bool has_autoscaling = cluster_.autoscalings.contains({m, w});
        if (std::exchange(model.workloads[w].has_autoscaling, has_autoscaling) == has_autoscaling) continue;
        model.targets_changed = now_;
        changed = true;
      }
      if (changed) model.disturbance.note(now_, "its policy or its VariantAutoscalings changed");
    }
    cluster_.refresh(now_);
    if (cut_off_) return;
    for (const auto& replica : replicas_) {
      if (replica) replica->see_cluster();
    }
  }

  void note_calm() {
    if (query_faults_.fault != QueryFault::none) calm_.queries = now_;
    if (fleet_.faults.longest_delay != Duration::zero()) calm_.visibility = now_;
    if (cut_off_) calm_.cluster = now_;
  }

  void beat() {
    const bool asks = (now_ - schedule_.begin) % schedule_.ask_interval == Duration::zero();
    if (asks) {
      for (const auto& [index, created] : cluster_.autoscalings) ask(index);
    }
    for (const auto& replica : replicas_) {
      if (!replica) continue;
      replica->run_due();
      if (!replica->unknown_query().empty())
        invariants_.fail(now_, "a query without meaning: " + replica->unknown_query());
    }
    if (replicas_[0] && replicas_[1]) invariants_.compare(*replicas_[0], *replicas_[1], now_, calm_);
  }

  // The HPA asks one of the replicas, and does what it hears.
  void ask(const VariantIndex& index) {
    const std::size_t chosen = replicas_[1] && random_.chance(0.3) ? 1 : 0;
    Replica* replica = replicas_.at(chosen).get();
    if (replica == nullptr) return;
    const ModelTruth& model = fleet_.models[index.first];
    replica->ask(model.namespace_name, model.workloads[index.second].name,
                 [this, index, replica](const Answer& answer) { hear(index, *replica, answer); });
  }

  void hear(const VariantIndex& index, const Replica& replica, const Answer& answer) {
    ++outcome_.answers;
    const bool exists = cluster_.autoscalings.contains(index);
    if (exists) invariants_.see(replica, answer, clock_.now(), calm_);
    if (!answer.replicas || !exists) return;
    ModelTruth& model = fleet_.models[index.first];
    const WorkloadTruth& workload = model.workloads[index.second];
    const auto replicas = static_cast<std::int32_t>(std::min(*answer.replicas, 6.0));
    if (replicas == workload.spec_replicas) return;
    if (replicas == 0) ++outcome_.zeros;
    if (workload.spec_replicas == 0) ++outcome_.wakes;
    tell(fmt::format("{}: {} -> {}, answers {}", workload.name, workload.spec_replicas, replicas, replica.name()));
    fleet_.controllers().scale(model, index.second, replicas, now_);
    changed_by_hpa_ = true;
  }

  void see_board(std::size_t index, const DecisionBoard& board) {
    if (replicas_.at(index)) invariants_.see(*replicas_.at(index), board, clock_.now(), calm_);
  }

  Random random_;
  Schedule schedule_;
  Sabotage sabotage_;
  AdapterSettings judged_settings_;
  SimulatedClock clock_;
  Fleet fleet_;
  SimulatedCluster cluster_;
  QueryFaults query_faults_;
  Invariants invariants_;
  Calm calm_;
  std::map<std::size_t, Policy> policies_;  // by model
  bool cut_off_ = false;
  bool changed_by_hpa_ = false;
  Outcome outcome_;
  TimePoint now_;
  VirtualTime time_;
  std::array<std::unique_ptr<Replica>, 2> replicas_;
};

}  // namespace

Outcome play(std::uint64_t seed, Sabotage sabotage) {
  return Simulation(seed, sabotage).run();
}

}  // namespace inferno::schedules
