// Pods are watched where a model has several variants, and nowhere else.
#include "tests/unit/kubernetes_watch/source_fixture.hpp"

namespace inferno::kubernetes {
namespace {

using namespace std::chrono_literals;
using inferno::testing::api_status;
using ::testing::HasSubstr;

nlohmann::json pod_json(const std::string& name, const std::string& replica_set, const std::string& hash) {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata",
           {{"namespace", "n"},
            {"name", name},
            {"labels", {{"pod-template-hash", hash}}},
            {"ownerReferences",
             {{{"apiVersion", "apps/v1"}, {"kind", "ReplicaSet"}, {"name", replica_set}, {"controller", true}}}}}},
          {"spec", {{"containers", nlohmann::json::array()}}}};
}

class PodWatchesTest : public ApiSourceTest {
 protected:
  PodWatchesTest() {
    server.put(workload_json("Deployment", "d", 1, 1));
    server.put(workload_json("Deployment", "e", 1, 1));
    server.put(variant_json("v", "Deployment", "d"));
    server.put(pod_json("d-1-x", "d-1", "1"));
  }

  [[nodiscard]] std::string owner(const std::string& pod) const {
    const Workload* found = state()->pods().find("n", pod);
    return found == nullptr ? "unknown" : found->group + "/" + found->kind + "/" + found->name;
  }
};

TEST_F(PodWatchesTest, AModelWithOneVariantNeedsNoPods) {
  run_until_change();
  EXPECT_EQ(owner("d-1-x"), "unknown");
  for (const std::string& target : server.targets()) EXPECT_EQ(target.find("pods"), std::string::npos) << target;
}

TEST_F(PodWatchesTest, SeveralVariantsAreToldApartByTheirPods) {
  server.put(variant_json("w", "Deployment", "e"));
  run_until_change();
  EXPECT_EQ(owner("d-1-x"), "apps/Deployment/d");
  server.put(pod_json("e-2-y", "e-2", "2"));
  run_until([this] { return owner("e-2-y") == "apps/Deployment/e"; });
  server.remove("v1", "Pod", "n", "d-1-x");
  run_until([this] { return owner("d-1-x") == "unknown"; });

  server.remove("llmd.ai/v1alpha1", "VariantAutoscaling", "n", "v");
  run_until([this] { return server.open_watches("/api/v1/namespaces/n/pods") == 0; });
  run_until([this] { return owner("e-2-y") == "unknown"; });
}

TEST_F(PodWatchesTest, WithoutPermissionTheirNamesMustDo) {
  timing.patience = 20ms;
  server.put(variant_json("w", "Deployment", "e"));
  server.fail("/api/v1/namespaces/n/pods", api_status(403, "Forbidden", "pods is forbidden"));
  run_until_change();
  EXPECT_EQ(state()->variants().size(), 2U);
  EXPECT_THAT(problem(), HasSubstr("cannot list pods in namespace n: pods is forbidden"));
}

}  // namespace
}  // namespace inferno::kubernetes
