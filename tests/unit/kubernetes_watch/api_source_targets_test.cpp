// Scale targets: which kinds are watched, from when until when, and how their replicas are read.
#include <algorithm>

#include "tests/unit/kubernetes_watch/source_fixture.hpp"

namespace inferno::kubernetes {
namespace {

using namespace std::chrono_literals;
using inferno::testing::api_status;
using ::testing::HasSubstr;

TEST_F(ApiSourceTest, AKindIsWatchedWhileAVariantNamesIt) {
  run_until_change();
  EXPECT_EQ(server.open_watches("/apis/apps/"), 0U);
  server.put(workload_json("StatefulSet", "s", 2, 2));
  server.put(variant_json("v", "StatefulSet", "s"));
  run_until([this] { return replicas("v") == 2; });
  run_until([this] { return server.open_watches("/apis/apps/v1/statefulsets") == 1; });
  EXPECT_EQ(server.open_watches("/apis/apps/v1/deployments"), 0U);

  server.remove("llmd.ai/v1alpha1", "VariantAutoscaling", "n", "v");
  run_until([this] { return server.open_watches("/apis/apps/v1/statefulsets") == 0; });
}

// A variant without target is answered with an error, and left out where its model's load is spread.
TEST_F(ApiSourceTest, AVariantIsNeverShownWithoutATargetThatIsThere) {
  server.put(workload_json("StatefulSet", "s", 2, 2));
  server.put(workload_json("Deployment", "d", 4, 4));
  server.put(variant_json("v", "Deployment", "other"));
  run_until_change();
  bool complete = true;
  source().on_change([&] {
    for (const char* name : {"w", "x"}) complete &= variant(name) == nullptr || replicas(name) > 0;
    ++changes;
  });
  server.put(variant_json("w", "Deployment", "d"));   // listed long ago
  server.put(variant_json("x", "StatefulSet", "s"));  // a kind that nobody has named
  run_until([this] { return replicas("w") == 4 && replicas("x") == 2; });
  EXPECT_TRUE(complete);
}

TEST_F(ApiSourceTest, ReadsTheScaleOfAnyOtherKind) {
  server.serve("example.com/v1beta1", "Engine", "engines");
  server.serve_scale("Engine", "/spec/size", "/status/pods");
  nlohmann::json engine = workload_json("Engine", "e", 1, 1);
  engine["spec"] = {{"size", 3}};
  engine["status"] = {{"pods", 2}};
  server.put(engine);
  server.put(variant_json("v", "Engine", "e"));
  server.put(autoscaler_json("h", "Engine", "e", 5));
  run_until_change();
  EXPECT_EQ(replicas("v"), 3);
  EXPECT_EQ(variant("v")->target->ready_replicas, 2);
  EXPECT_EQ(variant("v")->target->max_replicas(), 5);

  engine["spec"]["size"] = 0;
  engine["status"] = {{"pods", 2}, {"readyReplicas", 1}};
  server.put(engine);
  run_until([this] { return replicas("v") == 0; });
  EXPECT_EQ(variant("v")->target->ready_replicas, 1);
  server.remove("example.com/v1beta1", "Engine", "n", "e");
  run_until([this] { return replicas("v") == -1; });
}

TEST_F(ApiSourceTest, AVariantStaysWhileItsScaleIsReadAgain) {
  server.serve("example.com/v1beta1", "Engine", "engines");
  server.serve_scale("Engine", "/spec/replicas", "/status/replicas");
  server.put(workload_json("Engine", "e", 1, 1));
  server.put(variant_json("v", "Engine", "e"));
  run_until_change();
  bool stayed = true;
  source().on_change([&] { stayed &= replicas("v") > 0; });
  for (int count = 2; count < 20; ++count) {
    server.put(workload_json("Engine", "e", count, count));
    server.put(config_map_json("saturation-scaling-config", "drainSeconds: " + std::to_string(count)));
    run_until([&] { return replicas("v") == count; });
  }
  EXPECT_TRUE(stayed);
}

TEST_F(ApiSourceTest, OnlyTheScalesThatVariantsNameAreRead) {
  server.serve("example.com/v1beta1", "Engine", "engines");
  server.serve_scale("Engine", "/spec/replicas", "/status/replicas");
  server.put(workload_json("Engine", "e", 1, 1));
  server.put(workload_json("Engine", "f", 2, 2));
  server.put(variant_json("v", "Engine", "e"));
  run_until_change();
  const auto asked = [this](const std::string& target) {
    return std::ranges::count(server.targets(), "/apis/example.com/v1beta1/namespaces/n/engines/" + target + "/scale");
  };
  EXPECT_EQ(asked("e"), 1);
  EXPECT_EQ(asked("f"), 0);
  server.put(variant_json("w", "Engine", "f"));
  run_until([this] { return replicas("w") == 2; });
  EXPECT_EQ(asked("e"), 1);
}

TEST_F(ApiSourceTest, AScaleThatFailsIsReadAgainAndItsLastCountStays) {
  server.serve("example.com/v1beta1", "Engine", "engines");
  server.serve_scale("Engine", "/spec/replicas", "/status/replicas");
  server.put(workload_json("Engine", "e", 1, 1));
  server.put(variant_json("v", "Engine", "e"));
  run_until_change();
  const std::string scale = "/apis/example.com/v1beta1/namespaces/n/engines/e/scale";
  server.fail(scale, api_status(403, "Forbidden", "may not get engines/scale"));
  server.put(workload_json("Engine", "e", 4, 1));
  run_until([this] { return !problem().empty(); });
  EXPECT_EQ(replicas("v"), 1);
  EXPECT_EQ(problem(), "cannot read the scale of Engine n/e: may not get engines/scale (since 2025-01-31T00:00:00Z)");
  server.heal(scale);
  run_until([this] { return replicas("v") == 4 && problem().empty(); });
}

TEST_F(ApiSourceTest, AKindThatIsNotInstalledHoldsUpNothingForLong) {
  timing.patience = 20ms;
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 3, 2));
  server.put(variant_json("set", "LeaderWorkerSet", "l"));
  server.put(variant_json("engine", "Engine", "e"));
  run_until_change();
  EXPECT_EQ(replicas("v"), 3);
  ASSERT_NE(variant("set"), nullptr);
  EXPECT_FALSE(variant("set")->target);
  EXPECT_FALSE(variant("engine")->target);
  EXPECT_THAT(problem(), HasSubstr("leaderworkersets"));
  EXPECT_THAT(problem(), HasSubstr("cannot follow scale targets of kind Engine (example.com/v1beta1)"));

  server.serve("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "leaderworkersets");
  server.put(workload_json("LeaderWorkerSet", "l", 2, 1));
  server.serve("example.com/v1beta1", "Engine", "engines");
  server.serve_scale("Engine", "/spec/replicas", "/status/replicas");
  server.put(workload_json("Engine", "e", 4, 4));
  run_until([this] { return replicas("set") == 2 && replicas("engine") == 4 && problem().empty(); });
}

TEST_F(ApiSourceTest, ReadsOneReplicaWhereTheScaleOfAVariantIsLeftToTheDefault) {
  nlohmann::json deployment = workload_json("Deployment", "d", 1, 0);
  deployment["spec"].erase("replicas");
  deployment.erase("status");
  deployment["status"] = nlohmann::json::object();
  server.put(deployment);
  server.put(variant_json("v", "Deployment", "d"));
  run_until_change();
  EXPECT_EQ(replicas("v"), 1);
}

}  // namespace
}  // namespace inferno::kubernetes
