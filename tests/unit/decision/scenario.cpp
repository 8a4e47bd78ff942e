#include "tests/unit/decision/scenario.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>

namespace inferno::testing {

using std::chrono::hours;
using std::chrono::seconds;

Variant make_variant(std::string name, double cost, std::int32_t spec, std::int32_t ready, std::string role) {
  Variant variant;
  variant.namespace_name = "llm";
  variant.target_reference = {.api_version = "apps/v1", .kind = "Deployment", .name = name};
  variant.name = std::move(name);
  variant.model_id = "meta/llama-3.1-8b";
  variant.cost = cost;
  variant.created = epoch - hours{24};
  variant.target = ScaleTarget{.spec_replicas = spec,
                               .ready_replicas = ready,
                               .left_zero_at = {},
                               .max_num_seqs = {},
                               .role = std::move(role),
                               .served_names = {},
                               .autoscalers = {}};
  return variant;
}

std::vector<std::int32_t> desired_of(const ModelDecision& decision) {
  std::vector<std::int32_t> replicas;
  for (const VariantDecision& variant : decision.variants) replicas.push_back(variant.desired);
  return replicas;
}

namespace {

// Of IdleEvidence::replicas: as many as the newest sample tells of.
constexpr double as_reported = -1;

TargetSignals proven_target() {
  TargetSignals target;
  target.evidence = {.last_use = epoch,
                     .since = epoch - hours{24},
                     .until = epoch,
                     .replicas = as_reported,
                     .request_count = 0,
                     .gap = {}};
  return target;
}

GridSample gateway_part(const GridSample& sample) {
  return {.gateway_queue = sample.gateway_queue, .gateway_arrivals = sample.gateway_arrivals};
}

GridSample pods_part(const GridSample& sample, float share) {
  return {.kv = sample.kv * share,
          .running = sample.running * share,
          .waiting = sample.waiting * share,
          .deferred = sample.deferred * share,
          .replicas = sample.replicas * share,
          .finished_rise = sample.finished_rise * share};
}

}  // namespace

Scenario::Scenario() : variants{make_variant("llama", 10, 1, 1)} {
  signals.as_of = epoch;
  signals.step = signals.flow_interval = seconds{15};
  signals.targets = {proven_target()};
}

Scenario& Scenario::history(std::vector<GridSample> samples) {
  load = std::move(samples);
  return *this;
}

Scenario& Scenario::steady(GridSample sample, std::size_t steps) {
  return history(std::vector<GridSample>(steps, sample));
}

Scenario& Scenario::steady_of(std::size_t target, GridSample sample) {
  if (load.empty()) steady({});
  signals.targets.at(target).samples.assign(load.size(), sample);
  return *this;
}

Scenario& Scenario::replicas(std::int32_t spec, std::int32_t ready) {
  variants.at(0).target->spec_replicas = spec;
  variants.at(0).target->ready_replicas = ready;
  return *this;
}

Scenario& Scenario::learned(double throughput, double batch) {
  signals.targets.at(0).throughput = throughput;
  signals.targets.at(0).batch = batch;
  return *this;
}

Scenario& Scenario::scale_to_zero_after(std::string retention_period) {
  scale_to_zero["default"] = "enable_scale_to_zero: true\nretention_period: " + std::move(retention_period) + "\n";
  return *this;
}

Scenario& Scenario::idle_for(Duration duration) {
  for (TargetSignals& target : signals.targets) target.evidence.last_use = epoch - duration;
  return *this;
}

Scenario& Scenario::with_variants(std::vector<Variant> several) {
  variants = std::move(several);
  signals.targets.assign(variants.size(), proven_target());
  return *this;
}

ModelDecision Scenario::decide() const {
  PolicySources sources;
  sources.scale_to_zero = scale_to_zero;
  sources.saturation = saturation;
  const ClusterState state(variants, std::make_shared<const PolicyBook>(PolicyBook::parse(sources)));
  if (state.models().size() != 1) throw std::logic_error("a scenario has one model");
  return inferno::decide(state, state.models().front(), told(), now, settings);
}

// What Prometheus tells in all.
ModelSignals Scenario::told() const {
  ModelSignals result = signals;
  std::ranges::transform(load, std::back_inserter(result.gateway), gateway_part);
  const auto ready = [](const Variant& variant) { return variant.target ? variant.target->ready_replicas : 0; };
  std::int32_t total = 0;
  for (const Variant& variant : variants) total += ready(variant);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    std::vector<GridSample>& samples = result.targets[i].samples;
    if (samples.empty()) {
      const bool has_share = total == 0 ? i == 0 : ready(variants[i]) > 0;
      const float share = total == 0 ? 1 : static_cast<float>(ready(variants[i])) / static_cast<float>(total);
      for (const GridSample& sample : load) samples.push_back(has_share ? pods_part(sample, share) : GridSample{});
    }
    double& reported = result.targets[i].evidence.replicas;
    if (reported == as_reported) reported = samples.empty() ? 0 : static_cast<double>(samples.back().replicas);
  }
  return result;
}

std::int32_t Scenario::desired() const {
  return decide().variants.at(0).desired;
}

}  // namespace inferno::testing
