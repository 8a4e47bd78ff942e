#include "tests/unit/decision/scenario.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

namespace inferno::testing {

using std::chrono::hours;
using std::chrono::seconds;

Variant make_variant(std::string name, double cost, std::int32_t spec, std::int32_t ready) {
  Variant variant;
  variant.namespace_name = "llm";
  variant.target_reference = {.api_version = "apps/v1", .kind = "Deployment", .name = name};
  variant.name = std::move(name);
  variant.model_id = "meta/llama-3.1-8b";
  variant.cost = cost;
  variant.created = epoch - hours{24};
  variant.target = ScaleTarget{
      .spec_replicas = spec, .ready_replicas = ready, .left_zero_at = {}, .max_num_seqs = {}, .autoscalers = {}};
  return variant;
}

Scenario::Scenario() : variants{make_variant("llama", 10, 1, 1)} {
  signals.as_of = epoch;
  signals.step = signals.flow_interval = seconds{15};
  signals.variants.resize(1);
  signals.activity.last_activity = epoch;
  signals.activity.evidence_since = signals.activity.data_since = epoch - hours{24};
  signals.activity.evidence_until = epoch;
  signals.activity.evidence_pods = 1000;
}

Scenario& Scenario::history(std::vector<GridSample> samples) {
  signals.samples = std::move(samples);
  return *this;
}

Scenario& Scenario::steady(GridSample sample, std::size_t steps) {
  return history(std::vector<GridSample>(steps, sample));
}

Scenario& Scenario::replicas(std::int32_t spec, std::int32_t ready) {
  variants.at(0).target->spec_replicas = spec;
  variants.at(0).target->ready_replicas = ready;
  return *this;
}

Scenario& Scenario::learned(double throughput, double batch) {
  signals.variants.at(0).throughput = throughput;
  signals.variants.at(0).batch = batch;
  return *this;
}

Scenario& Scenario::scale_to_zero_after(std::string retention_period) {
  scale_to_zero["default"] = "enable_scale_to_zero: true\nretention_period: " + std::move(retention_period) + "\n";
  return *this;
}

Scenario& Scenario::idle_for(Duration duration) {
  signals.activity.last_activity = epoch - duration;
  return *this;
}

Scenario& Scenario::with_variants(std::vector<Variant> several) {
  variants = std::move(several);
  signals.variants.assign(variants.size(), {});
  return *this;
}

ModelDecision Scenario::decide() const {
  PolicySources sources;
  sources.scale_to_zero = scale_to_zero;
  sources.saturation = saturation;
  const ClusterState state(variants, std::make_shared<const PolicyBook>(PolicyBook::parse(sources)));
  if (state.models().size() != 1) throw std::logic_error("a scenario has one model");
  return inferno::decide(state, state.models().front(), signals, now, settings);
}

std::int32_t Scenario::desired() const {
  return decide().variants.at(0).desired;
}

}  // namespace inferno::testing
