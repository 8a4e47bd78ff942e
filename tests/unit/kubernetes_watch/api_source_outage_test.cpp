// What is missing, forbidden or fails: what is published then, and what problem() says.
#include "tests/unit/kubernetes_watch/source_fixture.hpp"

namespace inferno::kubernetes {
namespace {

using namespace std::chrono_literals;
using inferno::testing::api_status;
using inferno::testing::api_unreachable;
using ::testing::HasSubstr;

ApiFailure forbidden(const std::string& what) {
  return api_status(403, "Forbidden", what + " is forbidden");
}

TEST_F(ApiSourceTest, WithoutItsCrdTheStateIsEmptyUntilItAppears) {
  server.unserve("llmd.ai/v1alpha1", "VariantAutoscaling");
  run_until_change();
  EXPECT_TRUE(state()->variants().empty());
  EXPECT_EQ(problem(),
            "VariantAutoscaling CRD (variantautoscalings.llmd.ai) is not installed (since 2025-01-31T00:00:00Z)");

  server.serve("llmd.ai/v1alpha1", "VariantAutoscaling", "variantautoscalings");
  server.put(variant_json("v", "Deployment", "d"));
  run_until([this] { return variant("v") != nullptr; });
  run_until([this] { return problem().empty(); });
}

TEST_F(ApiSourceTest, WhenItsCrdGoesSoDoTheVariants) {
  server.put(variant_json("v", "Deployment", "d"));
  run_until_change();
  server.unserve("llmd.ai/v1alpha1", "VariantAutoscaling");
  run_until([this] { return variant("v") == nullptr; });
  EXPECT_THAT(problem(), HasSubstr("is not installed"));
}

TEST_F(ApiSourceTest, TheLastGoodStateStaysWhileNothingAnswers) {
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 3, 2));
  run_until_change();
  clock.time += 90s;
  server.fail("/", api_unreachable());
  run_until([this] { return !problem().empty(); });
  clock.time += 1h;
  EXPECT_EQ(replicas("v"), 3);
  EXPECT_THAT(problem(), HasSubstr("cannot watch variantautoscalings.llmd.ai: cannot connect to the API server (since "
                                   "2025-01-31T00:01:30Z)"));

  server.heal("/");
  server.put(workload_json("Deployment", "d", 5, 2));
  run_until([this] { return replicas("v") == 5 && problem().empty(); });
}

TEST_F(ApiSourceTest, NothingIsPublishedBeforeTheVariantsAreKnown) {
  server.fail("/apis/llmd.ai/", api_unreachable());
  run_until([this] { return !problem().empty() && server.open_watches("/") == 5; });
  EXPECT_EQ(state(), nullptr);
  server.heal("/apis/llmd.ai/");
  run_until_change();
}

// Defaults in place of a policy that can't be read could take a model to zero that is not to go there.
TEST_F(ApiSourceTest, NothingIsPublishedBeforeThePolicyIsKnown) {
  timing.patience = 1ms;
  server.fail("/api/v1/namespaces/own/configmaps", forbidden("configmaps"));
  run_until([this] { return !problem().empty() && server.open_watches("/") == 4; });
  EXPECT_EQ(state(), nullptr);
  server.heal("/api/v1/namespaces/own/configmaps");
  run_until_change();
}

TEST_F(ApiSourceTest, AnUnreadableConfigMapStaysAsItWasAndADeletedOneIsGone) {
  server.put(config_map_json("model-scale-to-zero-config", "retention_period: 7m"));
  const auto retention = [this] {
    return state()->policies().resolve({"n", "m"}).scale_to_zero.retention_period.value;
  };
  run_until_change();
  server.fail("/api/v1/namespaces/own/configmaps", forbidden("configmaps"));
  run_until([this] { return !problem().empty(); });
  EXPECT_EQ(retention(), Duration{7min});

  server.heal("/api/v1/namespaces/own/configmaps");
  server.remove("v1", "ConfigMap", "own", "model-scale-to-zero-config");
  run_until([&] { return retention() == Duration{10min}; });
}

TEST_F(ApiSourceTest, AutoscalersThatMayNotBeReadAreDoneWithoutAfterAWhile) {
  timing.patience = 20ms;
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 3, 2));
  server.fail("/apis/autoscaling/", forbidden("horizontalpodautoscalers"));
  run_until_change();
  EXPECT_EQ(replicas("v"), 3);
  EXPECT_EQ(problem(),
            "cannot list horizontalpodautoscalers.autoscaling: horizontalpodautoscalers is forbidden (since "
            "2025-01-31T00:00:00Z)");
}

TEST_F(ApiSourceTest, AutoscalersAreWaitedFor) {
  server.put(variant_json("v", "Deployment", "d"));
  server.put(workload_json("Deployment", "d", 3, 2));
  server.put(autoscaler_json("h", "Deployment", "d", 8));
  server.fail("/apis/autoscaling/", api_unreachable());
  run_until([this] { return server.open_watches("/") == 6; });
  EXPECT_EQ(state(), nullptr);
  server.heal("/apis/autoscaling/");
  run_until_change();
  EXPECT_EQ(variant("v")->target->max_replicas(), 8);
}

}  // namespace
}  // namespace inferno::kubernetes
