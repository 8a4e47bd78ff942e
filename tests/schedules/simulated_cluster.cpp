#include "tests/schedules/simulated_cluster.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <stdexcept>
#include <variant>

namespace inferno::schedules {
namespace {

using Json = nlohmann::json;

constexpr const char* own_namespace = "workload-variant-autoscaler-system";

std::string rfc3339(TimePoint time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

Json SimulatedCluster::deployment(const ModelTruth& model, std::size_t index, TimePoint now) const {
  const VariantTruth& variant = model.variants[index];
  const std::int32_t ready = Fleet::ready_replicas(model, index, now);
  Json status{{"observedGeneration", 1}, {"replicas", variant.spec_replicas}};
  if (ready > 0) status["readyReplicas"] = status["availableReplicas"] = ready;
  status["conditions"] = Json::array({{{"type", "Available"},
                                       {"status", variant.available ? "True" : "False"},
                                       {"reason", "MinimumReplicasAvailable"},
                                       {"lastTransitionTime", rfc3339(variant.available_since)}},
                                      {{"type", "Progressing"},
                                       {"status", "True"},
                                       {"reason", "NewReplicaSetAvailable"},
                                       {"lastTransitionTime", rfc3339(born_)}}});
  return {
      {"apiVersion", "apps/v1"},
      {"kind", "Deployment"},
      {"metadata",
       {{"name", variant.target},
        {"namespace", model.namespace_name},
        {"creationTimestamp", rfc3339(born_)},
        {"generation", 1}}},
      {"spec",
       {{"replicas", variant.spec_replicas},
        {"template", {{"spec", {{"containers", Json::array({{{"name", "vllm"}, {"args", {"--max-num-seqs=4"}}}})}}}}}}},
      {"status", std::move(status)}};
}

void SimulatedCluster::add(const Json& object) {
  auto parsed = kubernetes::parse_object(object);
  if (!parsed) throw std::logic_error(parsed.error().message);
  if (auto* target = std::get_if<kubernetes::TargetObject>(&parsed->value())) {
    objects_.targets.insert_or_assign(target->key, target->target);
  } else if (auto* variant = std::get_if<std::shared_ptr<const Variant>>(&parsed->value())) {
    const kubernetes::ObjectName name{.namespace_name = (*variant)->namespace_name, .name = (*variant)->name};
    objects_.variants.insert_or_assign(name, *variant);
  } else if (auto* config_map = std::get_if<kubernetes::ConfigMapObject>(&parsed->value())) {
    objects_.config_maps.insert_or_assign(config_map->name, config_map->data);
  }
}

void SimulatedCluster::refresh(TimePoint now) {
  objects_ = {};
  for (const ModelTruth& model : fleet_.models) {
    for (std::size_t i = 0; i < model.variants.size(); ++i) add(deployment(model, i, now));
  }
  for (const auto& [index, created] : autoscalings) {
    const ModelTruth& model = fleet_.models[index.first];
    const VariantTruth& variant = model.variants[index.second];
    add({{"apiVersion", "llmd.ai/v1alpha1"},
         {"kind", "VariantAutoscaling"},
         {"metadata",
          {{"name", variant.target},
           {"namespace", model.namespace_name},
           {"uid", variant.target + model.namespace_name},
           {"creationTimestamp", rfc3339(created)},
           {"labels", {{"inference.optimization/acceleratorName", "H100"}}}}},
         {"spec",
          {{"modelID", model.model_id},
           {"variantCost", fmt::format("{}", variant.cost)},
           {"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", variant.target}}}}}});
  }
  if (policy.exists) {
    add({{"apiVersion", "v1"},
         {"kind", "ConfigMap"},
         {"metadata", {{"name", "model-scale-to-zero-config"}, {"namespace", own_namespace}}},
         {"data", policy.config_map_data()}});
  }
}

ClusterView::ClusterView(const SimulatedCluster& cluster, bool freeze_config_maps)
    : cluster_(cluster), freeze_config_maps_(freeze_config_maps) {}

void ClusterView::refresh(TimePoint now) {
  if (freeze_config_maps_) {
    if (!frozen_) frozen_ = cluster_.objects().config_maps;
    kubernetes::ClusterObjects objects = cluster_.objects();
    objects.config_maps = *frozen_;
    state_ = assembler_.assemble(objects, now);
  } else {
    state_ = assembler_.assemble(cluster_.objects(), now);
  }
  policy_ = cluster_.policy;
  if (listener_) listener_();
}

}  // namespace inferno::schedules
