#include "tests/unit/provider/world.hpp"

namespace inferno::testing {

ModelSignals FakeSnapshot::gather(const ModelKey& model, std::span<const std::string> targets,
                                  Duration /*retention_period*/) const {
  ModelSignals signals;
  signals.as_of = time;
  signals.step = signals.flow_interval = std::chrono::seconds{15};
  const auto found = by_model.find(model.model_id);
  signals.samples.assign(20, found != by_model.end()
                                 ? found->second
                                 : GridSample{.kv = 0, .running = 0, .waiting = 0, .pods = 1, .finished_rise = 0});
  signals.variants.resize(targets.size());
  signals.activity = {.last_activity = time - std::chrono::minutes{20},
                      .evidence_since = time - std::chrono::hours{24},
                      .evidence_until = time,
                      .evidence_pods = 1000,
                      .data_since = time - std::chrono::hours{24},
                      .request_count = 7};
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
  variant.target = ScaleTarget{
      .spec_replicas = replicas, .ready_replicas = replicas, .left_zero_at = {}, .max_num_seqs = {}, .autoscalers = {}};
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

}  // namespace inferno::testing
