// What is read from the Kubernetes API, and when a state is published.
#include "tests/unit/kubernetes_watch/source_fixture.hpp"

namespace inferno::kubernetes {
namespace {

using namespace std::chrono_literals;

TEST_F(ApiSourceTest, TheFirstStateHasEverything) {
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 3, 2));
  server.put(autoscaler_json("h", "Deployment", "d", 8));
  server.put(config_map_json("model-scale-to-zero-config", "retention_period: 7m"));
  server.put(config_map_json("saturation-scaling-config", "drainSeconds: 30"));
  run_until_change();
  ASSERT_NE(variant("v"), nullptr);
  const ScaleTarget& target = variant("v")->target.value();
  EXPECT_EQ(target.spec_replicas, 3);
  EXPECT_EQ(target.ready_replicas, 2);
  EXPECT_EQ(target.max_replicas(), 8);
  const ModelPolicy policy = state()->policies().resolve({"n", "m"});
  EXPECT_EQ(policy.scale_to_zero.retention_period.value, 7min);
  EXPECT_EQ(policy.saturation.drain_seconds.value, 30);
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(changes, 1U);
}

TEST_F(ApiSourceTest, AnEmptyClusterIsAStateToo) {
  run_until_change();
  EXPECT_TRUE(state()->variants().empty());
}

TEST_F(ApiSourceTest, FollowsEveryObject) {
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 1, 1));
  run_until_change();

  server.put(workload_json("Deployment", "d", 4, 1));
  run_until([this] { return replicas("v") == 4; });
  server.put(autoscaler_json("h", "Deployment", "d", 6));
  run_until([this] { return variant("v")->target->max_replicas() == 6; });
  server.put(config_map_json("model-scale-to-zero-config", "retention_period: 1m"));
  run_until([this] {
    return state()->policies().resolve({"n", "m"}).scale_to_zero.retention_period.value == Duration{1min};
  });
  server.put(variant_json("w", "Deployment", "other", "x"));
  run_until([this] { return variant("w") != nullptr; });
  EXPECT_FALSE(variant("w")->target);
  server.remove("autoscaling/v2", "HorizontalPodAutoscaler", "n", "h");
  run_until([this] { return !variant("v")->target->max_replicas(); });
  server.remove("apps/v1", "Deployment", "n", "d");
  run_until([this] { return replicas("v") == -1; });
  server.remove("llmd.ai/v1alpha1", "VariantAutoscaling", "n", "v");
  run_until([this] { return variant("v") == nullptr; });
}

TEST_F(ApiSourceTest, DatesTheMomentATargetLeavesZero) {
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 0, 0));
  run_until_change();
  clock.time += 1h;
  server.put(workload_json("Deployment", "d", 1, 0));
  run_until([this] { return replicas("v") == 1; });
  EXPECT_EQ(variant("v")->target->left_zero_at, clock.time);
}

TEST_F(ApiSourceTest, WhatDoesNotMatterIsNotPublished) {
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 1, 1));
  server.put(autoscaler_json("h", "Deployment", "d", 6));
  run_until_change();
  ASSERT_EQ(changes, 1U);

  server.put(workload_json("Deployment", "somebody-elses", 5, 5));
  server.put(autoscaler_json("somebody-elses", "Deployment", "somebody-elses", 6));
  nlohmann::json measured = autoscaler_json("h", "Deployment", "d", 6);
  measured["status"]["currentReplicas"] = 1;
  server.put(measured);
  // Comes later, on the same watch as the first of these.
  server.put(workload_json("Deployment", "d", 2, 1));
  run_until([this] { return replicas("v") == 2; });
  EXPECT_EQ(changes, 2U);
}

TEST_F(ApiSourceTest, ABurstIsOneState) {
  run_until_change();
  timing.gather = 1ms;
  for (int i = 0; i < 100; ++i) server.put(variant_json("v" + std::to_string(i), "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 1, 1));
  const std::size_t before = changes;
  run_until([this] { return replicas("v99") == 1; });
  EXPECT_LE(changes, before + 3);
}

TEST_F(ApiSourceTest, FollowsUpstreamsConfigMapsOfEveryNamespace) {
  server.put(variant_json("v", "Deployment", "d"));
  run_until_change();
  const auto source = [this] { return state()->policies().resolve({"n", "m"}).scale_to_zero.retention_period.source; };
  server.put(config_map_json("wva-model-scale-to-zero-config", "retention_period: 1m"));
  run_until([&] { return source() == "ConfigMap wva-model-scale-to-zero-config, key default"; });
  nlohmann::json local = config_map_json("wva-model-scale-to-zero-config", "retention_period: 2m");
  local["metadata"]["namespace"] = "n";
  server.put(local);
  run_until([&] { return source() == "ConfigMap n/wva-model-scale-to-zero-config, key default"; });
  server.remove("v1", "ConfigMap", "n", "wva-model-scale-to-zero-config");
  run_until([&] { return source() == "ConfigMap wva-model-scale-to-zero-config, key default"; });
}

TEST_F(ApiSourceTest, AListAfterForgottenEventsTellsWhatIsGone) {
  server.put(variant_json("v", "Deployment", "d"));
  server.put(variant_json("w", "Deployment", "d"));
  run_until_change();
  server.remove("llmd.ai/v1alpha1", "VariantAutoscaling", "n", "v");
  server.compact();
  run_until([this] { return variant("v") == nullptr; });
  EXPECT_NE(variant("w"), nullptr);
}

TEST_F(ApiSourceTest, AnAutoscalerThatCannotBeReadKeepsItsLastGoodForm) {
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 1, 1));
  server.put(autoscaler_json("h", "Deployment", "d", 6));
  run_until_change();
  nlohmann::json broken = autoscaler_json("h", "Deployment", "d", 6);
  broken["spec"].erase("maxReplicas");
  server.put(broken);
  server.put(workload_json("Deployment", "d", 2, 1));
  run_until([this] { return replicas("v") == 2; });
  EXPECT_EQ(variant("v")->target->max_replicas(), 6);
}

TEST_F(ApiSourceTest, InOneNamespaceNothingIsAskedForOutsideIt) {
  settings.watch_namespace = "n";
  server.put(variant_json("a", "Deployment", "d"));
  server.put(variant_json("b", "Deployment", "e"));
  nlohmann::json elsewhere = variant_json("c", "Deployment", "d");
  elsewhere["metadata"]["namespace"] = "other";
  server.put(elsewhere);
  server.put(config_map_json("wva-saturation-scaling-config", "drainSeconds: 30"));
  server.put(workload_json("Deployment", "d", 3, 2));
  run_until_change();
  run_until([this] { return server.open_watches("/api/v1/namespaces/n/pods") == 1; });
  EXPECT_EQ(replicas("a"), 3);
  EXPECT_EQ(state()->variants().size(), 2U);
  EXPECT_EQ(state()->policies().resolve({"n", "m"}).saturation.drain_seconds.value, 30);
  for (const std::string& target : server.targets()) {
    const bool is_own_config_map = target.starts_with("/api/v1/namespaces/own/configmaps?") &&
                                   target.find("fieldSelector=metadata.name%3D") != std::string::npos;
    EXPECT_TRUE(is_own_config_map || target.find("/namespaces/n/") != std::string::npos) << target;
  }
}

TEST_F(ApiSourceTest, EndsEverythingBeforeItEndsItself) {
  server.put(variant_json("v", "Deployment", "d"));
  run_until_change();
  run_until([this] { return server.open_watches("/") == 7; });
  stop();
  EXPECT_EQ(server.open_watches("/"), 0U);
  EXPECT_NE(state(), nullptr);
}

}  // namespace
}  // namespace inferno::kubernetes
