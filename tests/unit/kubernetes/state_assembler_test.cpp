#include "adapter/kubernetes/state_assembler.hpp"

namespace inferno::kubernetes {
namespace {

using namespace std::chrono_literals;

const TimePoint start{1'000'000s};
const TargetKey deployment{"n", "apps", "Deployment", "d"};

std::shared_ptr<const Variant> variant_in(const std::string& namespace_name,
                                          const std::string& target_version = "apps/v1") {
  Variant variant;
  variant.namespace_name = namespace_name;
  variant.name = "v";
  variant.model_id = "m";
  variant.target_reference = {.api_version = target_version, .kind = "Deployment", .name = "d"};
  return std::make_shared<const Variant>(std::move(variant));
}

ClusterObjects objects_with(std::int32_t replicas) {
  ClusterObjects objects;
  objects.variants[{"n", "v"}] = variant_in("n");
  objects.targets[deployment].spec_replicas = replicas;
  return objects;
}

std::optional<TimePoint> left_zero_at(const ClusterState& state) {
  return state.variants().at(0).target.value().left_zero_at;
}

TEST(StateAssembler, JoinsAVariantWithItsTargetWhateverTheVersion) {
  ClusterObjects objects = objects_with(3);
  objects.variants[{"n", "v"}] = variant_in("n", "apps/v1beta2");
  StateAssembler assembler({});
  EXPECT_EQ(assembler.assemble(objects, start)->variants().at(0).target.value().spec_replicas, 3);
}

TEST(StateAssembler, ATargetElsewhereIsNotTheVariantsTarget) {
  for (const TargetKey& other :
       {TargetKey{"other", "apps", "Deployment", "d"}, TargetKey{"n", "apps", "StatefulSet", "d"},
        TargetKey{"n", "", "Deployment", "d"}, TargetKey{"n", "apps", "Deployment", "e"}}) {
    ClusterObjects objects = objects_with(3);
    objects.targets.clear();
    objects.targets[other] = {};
    StateAssembler assembler({});
    EXPECT_FALSE(assembler.assemble(objects, start)->variants().at(0).target);
  }
}

void add_autoscaler(ClusterObjects& objects, const std::string& name, const TargetKey& target, std::int32_t most) {
  AutoscalerObject object{.name = {target.namespace_name, name}, .target = target, .autoscaler = {}};
  object.autoscaler.name = name;
  object.autoscaler.max_replicas = most;
  objects.autoscalers[object.name] = std::make_shared<const AutoscalerObject>(object);
}

TEST(StateAssembler, JoinsATargetWithItsAutoscalersInOrderOfName) {
  ClusterObjects objects = objects_with(3);
  add_autoscaler(objects, "b", deployment, 4);
  add_autoscaler(objects, "a", deployment, 9);
  add_autoscaler(objects, "other-kind", {"n", "apps", "StatefulSet", "d"}, 1);
  add_autoscaler(objects, "other-namespace", {"m", "apps", "Deployment", "d"}, 1);
  StateAssembler assembler({});
  const auto state = assembler.assemble(objects, start);
  const ScaleTarget& target = state->variants().at(0).target.value();
  ASSERT_EQ(target.autoscalers.size(), 2U);
  EXPECT_EQ(target.autoscalers[0]->name, "a");
  EXPECT_EQ(target.autoscalers[1]->name, "b");
  EXPECT_EQ(target.max_replicas(), 4);
}

TEST(StateAssembler, HandsOnWhichPodIsWhose) {
  ClusterObjects objects = objects_with(1);
  const auto workload = std::make_shared<const Workload>(Workload{"apps", "Deployment", "d"});
  objects.pods.set("n", std::make_shared<const NamespacePods>(NamespacePods{{"d-1-x", workload}}));
  StateAssembler assembler({});
  const auto state = assembler.assemble(objects, start);
  ASSERT_NE(state->pods().find("n", "d-1-x"), nullptr);
  EXPECT_EQ(state->pods().find("n", "d-1-x")->name, "d");
  EXPECT_EQ(state->pods().find("n", "d-1-y"), nullptr);
  EXPECT_EQ(state->pods().find("m", "d-1-x"), nullptr);
}

TEST(StateAssembler, SeesATargetLeaveZero) {
  StateAssembler assembler({});
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects_with(0), start)), std::nullopt);
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects_with(2), start + 10s)), start + 10s);
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects_with(1), start + 20s)), start + 10s);
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects_with(0), start + 30s)), std::nullopt);
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects_with(1), start + 40s)), start + 40s);
}

TEST(StateAssembler, ATargetThatAppearsLeavesZero) {
  StateAssembler assembler({});
  ClusterObjects none = objects_with(1);
  none.targets.clear();
  (void)assembler.assemble(none, start);
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects_with(1), start + 10s)), start + 10s);
}

TEST(StateAssembler, CannotKnowAboutTheTimeBeforeItsFirstLook) {
  StateAssembler assembler({});
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects_with(2), start)), std::nullopt);
}

TEST(StateAssembler, ALaterTimeThatTheObjectTellsCounts) {
  StateAssembler assembler({});
  (void)assembler.assemble(objects_with(0), start);
  ClusterObjects objects = objects_with(1);
  objects.targets[deployment].left_zero_at = start + 60s;
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects, start + 10s)), start + 60s);
  objects.targets[deployment].left_zero_at = start - 60s;
  EXPECT_EQ(left_zero_at(*assembler.assemble(objects, start + 20s)), start + 10s);
}

TEST(StateAssembler, RestrictsVariantsToTheWatchedNamespace) {
  ClusterObjects objects = objects_with(1);
  objects.variants[{"other", "v"}] = variant_in("other");
  ClusterSettings settings;
  settings.watch_namespace = "other";
  StateAssembler assembler(settings);
  const auto state = assembler.assemble(objects, start);
  ASSERT_EQ(state->variants().size(), 1U);
  EXPECT_EQ(state->variants()[0].namespace_name, "other");
}

std::string retention(const ClusterState& state, const std::string& namespace_name) {
  return state.policies().resolve({namespace_name, "m"}).scale_to_zero.retention_period.source;
}

TEST(StateAssembler, ReadsUpstreamsNamesInTheOwnNamespaceAndInThoseOfVariants) {
  ClusterSettings settings;
  settings.own_namespace = "own";
  StateAssembler assembler(settings);
  ClusterObjects objects = objects_with(1);
  objects.config_maps[{"own", "wva-model-scale-to-zero-config"}] = {{"default", "retention_period: 1m"}};
  EXPECT_EQ(retention(*assembler.assemble(objects, start), "n"),
            "ConfigMap wva-model-scale-to-zero-config, key default");
  objects.config_maps[{"n", "wva-saturation-scaling-config"}] = {{"default", "scaleToZero: {retentionPeriod: 2m}"}};
  EXPECT_EQ(retention(*assembler.assemble(objects, start), "n"),
            "ConfigMap n/wva-saturation-scaling-config, key default");
  EXPECT_EQ(retention(*assembler.assemble(objects, start), "other"),
            "ConfigMap wva-model-scale-to-zero-config, key default");

  objects.config_maps[{"other", "wva-model-scale-to-zero-config"}] = {{"default", "retention_period: soon"}};
  EXPECT_THAT(assembler.assemble(objects, start)->policies().warnings(), testing::IsEmpty())
      << "nobody is served there";
}

TEST(StateAssembler, AnUpstreamNameThatIsTheConfiguredOneIsReadOnce) {
  ClusterSettings settings;
  settings.own_namespace = "own";
  settings.scale_to_zero_config_map = "wva-model-scale-to-zero-config";
  StateAssembler assembler(settings);
  ClusterObjects objects = objects_with(1);
  objects.config_maps[{"own", "wva-model-scale-to-zero-config"}] = {{"default", "retention_period: soon"}};
  EXPECT_EQ(assembler.assemble(objects, start)->policies().warnings().size(), 1U);
}

TEST(StateAssembler, ReadsPolicyFromTheOwnNamespaceOnlyAndDropsItWithTheConfigMap) {
  ClusterSettings settings;
  settings.own_namespace = "own";
  settings.wva_scale_to_zero = "true";
  StateAssembler assembler(settings);
  ClusterObjects objects = objects_with(1);
  objects.config_maps[{"elsewhere", "model-scale-to-zero-config"}] = {{"default", "retention_period: 1m"}};
  EXPECT_EQ(assembler.assemble(objects, start)->policies().resolve({"n", "m"}).scale_to_zero.retention_period.value,
            10min);

  objects.config_maps[{"own", "model-scale-to-zero-config"}] = {{"default", "retention_period: 2m"}};
  objects.config_maps[{"own", "saturation-scaling-config"}] = {{"default", "drainSeconds: 30"}};
  const auto state = assembler.assemble(objects, start);
  const ModelPolicy policy = state->policies().resolve({"n", "m"});
  EXPECT_EQ(policy.scale_to_zero.retention_period.value, 2min);
  EXPECT_TRUE(policy.scale_to_zero.enabled.value);
  EXPECT_EQ(policy.saturation.drain_seconds.value, 30);

  objects.config_maps.erase({"own", "model-scale-to-zero-config"});
  EXPECT_EQ(assembler.assemble(objects, start)->policies().resolve({"n", "m"}).scale_to_zero.retention_period.value,
            10min);
  EXPECT_EQ(state->policies().resolve({"n", "m"}).scale_to_zero.retention_period.value,
            2min);  // the old state is as it was
}

}  // namespace
}  // namespace inferno::kubernetes
