// The numbers of a target come from its own pods, as a real Prometheus tells them.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Optional;

class TargetsTest : public SignalsTest {
 protected:
  // A pod that reports for an hour and a half and runs so many requests all along.
  void add_pod(const std::string& pod, double requests, const std::string& model = "m") {
    const PodLabels labels{.model = model, .pod = pod};
    history.add(running, labels, ago(90), noon, constant(requests));
    history.add(waiting, labels, ago(90), noon, constant(0));
    history.add(kv, labels, ago(90), noon, constant(requests / 100));
    history.add(finished, labels, ago(90), noon, growing(ago(90), requests));
  }
};

TEST_F(TargetsTest, PodsOfOtherWorkloadsOfTheModelAreNeitherDemandNorUseOfIt) {
  add_pod(pod_of("m"), 0);
  add_pod(pod_of("m-prefill"), 50);
  add_pod("m-5d5d5d5d5-old", 0);  // an earlier revision of the target
  add_pod(pod_of("m-old"), 60);
  add_pod("m-canary-0", 70);
  start();

  const ModelSignals signals = gather();
  const TargetSignals& target = signals.targets.at(0);
  for (const GridSample& sample : target.samples) {
    EXPECT_EQ(sample.running, 0.0F);
    EXPECT_EQ(sample.kv, 0.0F);
    EXPECT_EQ(sample.replicas, 2.0F);
    EXPECT_EQ(sample.finished_rise, 0.0F);
  }
  EXPECT_EQ(target.evidence.last_use, std::nullopt);
  EXPECT_EQ(target.evidence.request_count, 0);
  EXPECT_EQ(target.evidence.replicas, 2);
  EXPECT_EQ(target.batch, std::nullopt);
  EXPECT_THAT(signals.pods_of_others, ElementsAre("m-canary", "m-old-7c9f8d6b5", "m-prefill-7c9f8d6b5"));
}

TEST_F(TargetsTest, OthersAreNamedOnlyWhileTheyReport) {
  add_pod(pod_of("m"), 0);
  history.add(running, {.pod = pod_of("gone")}, ago(60), ago(7), constant(1));
  start();
  EXPECT_THAT(gather().pods_of_others, IsEmpty());
}

TEST_F(TargetsTest, IdlePodsOfOthersProveNothingAboutIt) {
  add_pod(pod_of("m-prefill"), 0);
  start();

  const TargetSignals target = gather().targets.at(0);
  EXPECT_EQ(target.evidence.since, std::nullopt);
  EXPECT_EQ(target.evidence.until, std::nullopt);
  EXPECT_EQ(target.evidence.replicas, 0);
  EXPECT_TRUE(std::isnan(target.samples.back().replicas));
}

TEST_F(TargetsTest, EvidenceOfOneTargetIsNoneForAnother) {
  variants = {
      {.model_id = "m", .target = "busy"}, {.model_id = "m", .target = "idle"}, {.model_id = "m", .target = "silent"}};
  add_pod(pod_of("busy"), 3);
  add_pod(pod_of("idle"), 0);
  start();

  const ModelSignals signals = gather();
  ASSERT_EQ(signals.targets.size(), 3U);
  const IdleEvidence& busy = signals.targets[0].evidence;
  const IdleEvidence& idle = signals.targets[1].evidence;
  const IdleEvidence& silent = signals.targets[2].evidence;
  EXPECT_EQ(busy.last_use, noon);
  EXPECT_EQ(busy.replicas, 1);
  EXPECT_EQ(idle.last_use, std::nullopt);
  EXPECT_THAT(idle.since, Optional(Le(ago(60))));
  EXPECT_EQ(idle.replicas, 1);
  EXPECT_EQ(idle.request_count, 0);
  EXPECT_EQ(silent.last_use, std::nullopt);
  EXPECT_EQ(silent.since, std::nullopt);
  EXPECT_EQ(silent.replicas, 0);
  EXPECT_THAT(signals.pods_of_others, IsEmpty());
}

TEST_F(TargetsTest, TheUseOfARevisionThatIsGoneIsTheTargetsStill) {
  history.add(running, {.pod = "m-5d5d5d5d5-old"}, ago(90), ago(30), constant(1));
  history.add(running, {}, ago(40), noon, constant(0));
  start();

  const IdleEvidence evidence = target().evidence;
  EXPECT_THAT(evidence.last_use, Optional(ago(30)));
  EXPECT_THAT(evidence.since, Optional(ago(39.75))) << "of the pods that report";
  EXPECT_EQ(evidence.until, ago(0.25));
  EXPECT_EQ(evidence.replicas, 1);
}

TEST_F(TargetsTest, EveryKindOfTargetHasItsPods) {
  variants = {{.model_id = "stateful", .kind = "StatefulSet"},
              {.model_id = "leaders", .kind = "LeaderWorkerSet"},
              {.model_id = "engine", .kind = "Engine"}};
  add_pod("stateful-0", 1, "stateful");
  add_pod("stateful-1", 1, "stateful");
  add_pod("leaders-0", 2, "leaders");
  add_pod("leaders-1", 2, "leaders");
  add_pod("engine-v2-0", 3, "engine");
  add_pod(pod_of("engine"), 3, "engine");
  start();

  for (const auto& [model, requests] : {std::pair{"stateful", 2.0F}, {"leaders", 4.0F}, {"engine", 6.0F}}) {
    EXPECT_EQ(newest(model).running, requests) << model;
    EXPECT_EQ(newest(model).replicas, 2.0F) << model;
    EXPECT_EQ(target(model).evidence.replicas, 2) << model;
  }
}

TEST_F(TargetsTest, ModelsOfOneNameInTwoNamespacesAreTwo) {
  variants = {{.namespace_name = "a", .model_id = "m"}, {.namespace_name = "b", .model_id = "m"}};
  history.add(running, {.namespace_name = "a"}, ago(90), noon, constant(3));
  history.add(running, {.namespace_name = "b"}, ago(90), noon, constant(0));
  start();

  EXPECT_EQ(gather("m", "a").targets[0].evidence.last_use, noon);
  EXPECT_EQ(gather("m", "a").targets[0].samples.back().running, 3.0F);
  EXPECT_EQ(gather("m", "b").targets[0].evidence.last_use, std::nullopt);
  EXPECT_EQ(gather("m", "b").targets[0].samples.back().running, 0.0F);
}

}  // namespace
}  // namespace inferno::testing
