#include "tests/schedules/simulated_cluster.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <stdexcept>
#include <string_view>
#include <variant>

namespace inferno::schedules {
namespace {

using Json = nlohmann::json;

constexpr const char* own_namespace = "workload-variant-autoscaler-system";

struct KindName {
  const char* group;
  const char* version;
  const char* kind;

  [[nodiscard]] std::string api_version() const { return fmt::format("{}/{}", group, version); }
};

KindName name_of(Kind kind) {
  switch (kind) {
    case Kind::deployment:
      return {.group = "apps", .version = "v1", .kind = "Deployment"};
    case Kind::stateful_set:
      return {.group = "apps", .version = "v1", .kind = "StatefulSet"};
    case Kind::leader_worker_set:
      break;
  }
  return {.group = "leaderworkerset.x-k8s.io", .version = "v1", .kind = "LeaderWorkerSet"};
}

std::string rfc3339(TimePoint time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", std::chrono::floor<std::chrono::seconds>(time));
}

Json pod_template(const WorkloadTruth& workload, bool tells_role) {
  Json result{{"spec", {{"containers", Json::array({{{"name", "vllm"}, {"args", {"--max-num-seqs=4"}}}})}}}};
  if (tells_role && !workload.role.empty()) result["metadata"]["labels"]["llm-d.ai/role"] = workload.role;
  return result;
}

}  // namespace

Json SimulatedCluster::scale_target(const ModelTruth& model, std::size_t index, TimePoint now) const {
  const WorkloadTruth& workload = model.workloads[index];
  const std::int32_t ready = Controllers::ready_replicas(model, index, now);
  Json status{{"observedGeneration", 1}, {"replicas", workload.spec_replicas}};
  if (ready > 0) status["readyReplicas"] = status["availableReplicas"] = ready;
  if (workload.kind != Kind::stateful_set) {  // which has no conditions
    status["conditions"] = Json::array({{{"type", "Available"},
                                         {"status", workload.available ? "True" : "False"},
                                         {"reason", "MinimumReplicasAvailable"},
                                         {"lastTransitionTime", rfc3339(workload.available_since)}},
                                        {{"type", "Progressing"},
                                         {"status", "True"},
                                         {"reason", "NewReplicaSetAvailable"},
                                         {"lastTransitionTime", rfc3339(born_)}}});
  }
  Json spec{{"replicas", workload.spec_replicas}};
  Json pods = pod_template(workload, tells_roles);
  if (workload.kind == Kind::leader_worker_set) {
    spec["leaderWorkerTemplate"] = {{"size", workload.group_size}, {"workerTemplate", std::move(pods)}};
  } else {
    spec["template"] = std::move(pods);
  }
  const KindName kind = name_of(workload.kind);
  return {{"apiVersion", kind.api_version()},
          {"kind", kind.kind},
          {"metadata",
           {{"name", workload.name},
            {"namespace", model.namespace_name},
            {"creationTimestamp", rfc3339(born_)},
            {"generation", 1}}},
          {"spec", std::move(spec)},
          {"status", std::move(status)}};
}

Json SimulatedCluster::autoscaling(const ModelTruth& model, const WorkloadTruth& workload, TimePoint created) {
  const KindName kind = name_of(workload.kind);
  return {{"apiVersion", "llmd.ai/v1alpha1"},
          {"kind", "VariantAutoscaling"},
          {"metadata",
           {{"name", workload.name},
            {"namespace", model.namespace_name},
            {"uid", workload.name + model.namespace_name},
            {"creationTimestamp", rfc3339(created)},
            {"labels", {{"inference.optimization/acceleratorName", "H100"}}}}},
          {"spec",
           {{"modelID", model.model_id},
            {"variantCost", fmt::format("{}", workload.cost)},
            {"scaleTargetRef", {{"apiVersion", kind.api_version()}, {"kind", kind.kind}, {"name", workload.name}}}}}};
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

void SimulatedCluster::add_pods() {
  std::map<std::string, std::shared_ptr<NamespacePods>> namespaces;
  for (const ModelTruth& model : fleet_.models) {
    std::shared_ptr<NamespacePods>& pods = namespaces[model.namespace_name];
    if (!pods) pods = std::make_shared<NamespacePods>();
    std::vector<std::shared_ptr<const Workload>> workloads;
    for (const WorkloadTruth& workload : model.workloads) {
      const KindName kind = name_of(workload.kind);
      workloads.push_back(
          std::make_shared<const Workload>(Workload{.group = kind.group, .kind = kind.kind, .name = workload.name}));
    }
    for (const Pod& pod : model.pods) {
      if (!pod.deleted) pods->insert_or_assign(pod.name, workloads[pod.workload]);
    }
  }
  for (auto& [name, pods] : namespaces) objects_.pods.set(name, std::move(pods));
}

void SimulatedCluster::refresh(TimePoint now) {
  objects_ = {};
  for (const ModelTruth& model : fleet_.models) {
    for (std::size_t i = 0; i < model.workloads.size(); ++i) add(scale_target(model, i, now));
  }
  for (const auto& [index, created] : autoscalings) {
    const ModelTruth& model = fleet_.models[index.first];
    add(autoscaling(model, model.workloads[index.second], created));
  }
  if (watches_pods) add_pods();
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
  seen_at_ = now;
  if (listener_) listener_();
}

}  // namespace inferno::schedules
