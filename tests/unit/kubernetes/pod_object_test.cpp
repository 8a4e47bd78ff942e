// Whose a pod is.
#include "adapter/kubernetes/pod_object.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

Json pod_of(const char* api_version, const char* kind, const char* name, const Json& labels = Json::object()) {
  const Json owner{{"apiVersion", api_version}, {"kind", kind}, {"name", name}, {"controller", true}};
  const Json bystander{{"apiVersion", "v1"}, {"kind", "Node"}, {"name", "x"}};
  return {{"metadata", {{"name", "p"}, {"labels", labels}, {"ownerReferences", Json::array({bystander, owner})}}}};
}

TEST(WorkloadOfPod, IsTheDeploymentOfItsReplicaSet) {
  EXPECT_EQ(
      workload_of_pod(pod_of("apps/v1", "ReplicaSet", "llama-8b-7c9f8d6b5", {{"pod-template-hash", "7c9f8d6b5"}})),
      (Workload{"apps", "Deployment", "llama-8b"}));
}

TEST(WorkloadOfPod, IsAReplicaSetThatNoDeploymentMade) {
  const Workload expected{"apps", "ReplicaSet", "llama-8b"};
  EXPECT_EQ(workload_of_pod(pod_of("apps/v1", "ReplicaSet", "llama-8b")), expected);
  EXPECT_EQ(workload_of_pod(pod_of("apps/v1", "ReplicaSet", "llama-8b", {{"pod-template-hash", "7c9f8d6b5"}})),
            expected);
}

TEST(WorkloadOfPod, IsTheLeaderWorkerSetBehindItsStatefulSets) {
  EXPECT_EQ(workload_of_pod(pod_of("apps/v1", "StatefulSet", "deep-0", {{"leaderworkerset.sigs.k8s.io/name", "deep"}})),
            (Workload{"leaderworkerset.x-k8s.io", "LeaderWorkerSet", "deep"}));
}

TEST(WorkloadOfPod, IsWhateverElseControlsIt) {
  EXPECT_EQ(workload_of_pod(pod_of("apps/v1", "StatefulSet", "qwen")), (Workload{"apps", "StatefulSet", "qwen"}));
  EXPECT_EQ(workload_of_pod(pod_of("v1", "ReplicationController", "old")),
            (Workload{"", "ReplicationController", "old"}));
}

TEST(WorkloadOfPod, IsNothingWithoutAController) {
  Json pod = pod_of("apps/v1", "StatefulSet", "qwen");
  pod["metadata"]["ownerReferences"][1]["controller"] = false;
  EXPECT_EQ(workload_of_pod(pod), std::nullopt);
  EXPECT_EQ(workload_of_pod(Json{{"metadata", {{"name", "p"}}}}), std::nullopt);
}

}  // namespace
}  // namespace inferno::kubernetes
