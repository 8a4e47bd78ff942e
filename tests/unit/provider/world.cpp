#include "tests/unit/provider/world.hpp"

#include <utility>

namespace inferno::testing {

namespace {

class FakeBoundSignals final : public BoundSignals {
 public:
  explicit FakeBoundSignals(const FakeSnapshot& snapshot) : snapshot_(snapshot) {}
  [[nodiscard]] ModelSignals gather(const Model& model, Duration /*retention_period*/) const override {
    return snapshot_.gather(model);
  }

 private:
  const FakeSnapshot& snapshot_;
};

}  // namespace

std::shared_ptr<const BoundSignals> FakeSnapshot::bind(const ClusterState& /*state*/) const {
  return std::make_shared<const FakeBoundSignals>(*this);
}

ModelSignals FakeSnapshot::gather(const Model& model) const {
  ModelSignals signals;
  signals.as_of = time;
  signals.step = signals.flow_interval = std::chrono::seconds{15};
  GridSample sample{.kv = 0, .running = 0, .waiting = 0, .replicas = 1, .finished_rise = 0};
  if (const auto found = by_model.find(model.key.model_id); found != by_model.end()) sample = found->second;
  GridSample gateway;
  gateway.gateway_queue = std::exchange(sample.gateway_queue, no_data);
  signals.gateway.assign(20, gateway);
  TargetSignals target;
  target.samples.assign(20, sample);
  if (is_positive(sample.replicas)) {
    target.evidence = {.last_use = time - std::chrono::minutes{20},
                       .since = time - std::chrono::hours{24},
                       .until = time,
                       .replicas = static_cast<double>(sample.replicas),
                       .request_count = 7,
                       .gap = {}};
  }
  signals.targets.assign(model.variants.size(), target);
  if (const auto found = pods_of_others.find(model.key.model_id); found != pods_of_others.end())
    signals.pods_of_others = found->second;
  return signals;
}

World::World(ProviderOptions options)
    : decisions(context.get_executor(), cluster, signals, clock, DecisionSettings{}, registry),
      provider(decisions, std::move(options)) {
  signals.snapshot = std::make_shared<const FakeSnapshot>();
}

Variant World::variant(const std::string& name, std::int32_t replicas) {
  Variant variant;
  variant.namespace_name = "llm";
  variant.name = name;
  variant.model_id = name;
  variant.accelerator = "H100";
  variant.created = start - std::chrono::hours{24};
  variant.labels = {{"app", name}};
  variant.target_reference = {.api_version = "apps/v1", .kind = "Deployment", .name = name + "-decode"};
  variant.target.emplace();
  variant.target->spec_replicas = variant.target->ready_replicas = replicas;
  return variant;
}

void World::publish(std::vector<Variant> variants) {
  PolicySources sources;
  sources.scale_to_zero = scale_to_zero;
  cluster.state = std::make_shared<const ClusterState>(std::move(variants),
                                                       std::make_shared<const PolicyBook>(PolicyBook::parse(sources)));
  decisions.rebuild();
}

void World::load(const std::string& model, GridSample sample) {
  auto snapshot = std::make_shared<FakeSnapshot>(*signals.snapshot);
  snapshot->by_model[model] = sample;
  signals.snapshot = std::move(snapshot);
  decisions.rebuild();
}

void World::pods_of_others(const std::string& model, std::vector<std::string> controllers) {
  auto snapshot = std::make_shared<FakeSnapshot>(*signals.snapshot);
  snapshot->pods_of_others[model] = std::move(controllers);
  signals.snapshot = std::move(snapshot);
  decisions.rebuild();
}

}  // namespace inferno::testing
