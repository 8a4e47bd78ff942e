// Which scale target a pod belongs to, by its controller's name and by what the cluster says.
#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapter/signals/queries.hpp"
#include "adapter/signals/workload_rows.hpp"
#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::signals {
namespace {

using testing::VariantSpec;

TEST(OwnerOfPodTest, IsThePartOfTheNameThatPodsOfOneControllerShare) {
  EXPECT_EQ(owner_of_pod("llama-7c9f8d6b5-x2x4z"), "llama-7c9f8d6b5") << "a Deployment's ReplicaSet";
  EXPECT_EQ(owner_of_pod("qwen-0"), "qwen-") << "a StatefulSet, or leaders";
  EXPECT_EQ(owner_of_pod("qwen-1234"), "qwen-");
  EXPECT_EQ(owner_of_pod("deep-0-3"), "deep-0-") << "workers of a group";
  EXPECT_EQ(owner_of_pod("llama-7c9f8d6b5-67894"), "llama-7c9f8d6b5") << "five digits are a random suffix";
  EXPECT_EQ(owner_of_pod("llama"), "llama");
  EXPECT_EQ(owner_of_pod("llama-3.1-8b-0"), "llama-3.1-8b-");
}

TEST(OwnerOfPodTest, IsWhatIsLeftOfANameThatKubernetesCut) {
  const std::string generated = (std::string(55, 'x') + "-7c9f8d6b5").substr(0, 58);
  EXPECT_EQ(owner_of_pod(generated + "x2x4z"), generated);
}

// The names of the targets that owners belong to.
class TargetNamesTest : public ::testing::Test {
 protected:
  using Names = std::vector<std::pair<std::string, Workload>>;

  std::optional<std::string> target(const std::string& owner, const std::string& namespace_name = "prod") {
    const auto state = testing::make_state(variants, "10m", pods);
    const TargetNames names(*state);
    const auto found = names.find(namespace_name, owner);
    return found ? std::optional(state->variants()[*found].target_reference.name) : std::nullopt;
  }
  std::optional<std::string> target_of_pod(const std::string& pod) { return target(owner_of_pod(pod)); }

  void add(const std::string& kind, const std::string& name) {
    variants.push_back({.model_id = "m", .target = name, .kind = kind});
  }
  void set_pods(const Names& seen) {
    NamespacePods result;
    for (const auto& [pod, workload] : seen) result.emplace(pod, std::make_shared<const Workload>(workload));
    pods.set("prod", std::make_shared<const NamespacePods>(std::move(result)));
  }

  std::vector<VariantSpec> variants;
  PodTable pods;
};

TEST_F(TargetNamesTest, EveryKindHasNamesOfItsOwn) {
  add("Deployment", "deploy");
  add("StatefulSet", "stateful");
  add("ReplicaSet", "replica");
  add("LeaderWorkerSet", "leader");

  EXPECT_EQ(target_of_pod("deploy-7c9f8d6b5-x2x4z"), "deploy");
  EXPECT_EQ(target_of_pod("deploy-0"), std::nullopt);
  EXPECT_EQ(target_of_pod("deploy-x2x4z"), std::nullopt) << "a ReplicaSet of that name";
  EXPECT_EQ(target_of_pod("stateful-12"), "stateful");
  EXPECT_EQ(target_of_pod("stateful-0-1"), std::nullopt);
  EXPECT_EQ(target_of_pod("stateful-7c9f8d6b5-x2x4z"), std::nullopt);
  EXPECT_EQ(target_of_pod("replica-x2x4z"), "replica");
  EXPECT_EQ(target_of_pod("replica-7c9f8d6b5-x2x4z"), std::nullopt);
  EXPECT_EQ(target_of_pod("leader-0"), "leader");
  EXPECT_EQ(target_of_pod("leader-0-3"), "leader") << "a worker of group 0";
  EXPECT_EQ(target_of_pod("leader-a-3"), std::nullopt);
  EXPECT_EQ(target_of_pod("leader-7c9f8d6b5-x2x4z"), std::nullopt);
  EXPECT_EQ(target_of_pod("leader"), std::nullopt);
  EXPECT_EQ(target("stateful-", "test"), std::nullopt) << "another namespace";
}

TEST_F(TargetNamesTest, AnyOfTheseNamesMayBeThoseOfAnotherKind) {
  add("Engine", "engine");
  for (const char* pod : {"engine", "engine-x2x4z", "engine-7c9f8d6b5-x2x4z", "engine-0", "engine-0-3"})
    EXPECT_EQ(target_of_pod(pod), "engine") << pod;
  for (const char* pod : {"engine-v2-0", "engine-v2-0-3"})
    EXPECT_EQ(target_of_pod(pod), "engine") << pod << ", with a revision before the group";
  EXPECT_EQ(target_of_pod("engine-v2-7c9f8d6b5-x2x4z"), std::nullopt) << "a Deployment engine-v2";
  EXPECT_EQ(target_of_pod("engine-a-b-0"), std::nullopt);
}

// Upstream: kubernetes-sigs/lws, pkg/utils/disaggregatedset GenerateName and GenerateLegacyName; the scaler of a role
// is
// "<set>-<role>", disaggregatedset/scaler_manager.go.
TEST_F(TargetNamesTest, ARoleOfADisaggregatedSetHasItsRevisionBeforeTheRole) {
  add("DisaggregatedSetRoleScaler", "deep-prefill");
  add("DisaggregatedSetRoleScaler", "deep-decode");
  EXPECT_EQ(target_of_pod("deep-0-c51abc75-prefill-1"), "deep-prefill") << "the leader of group 1 in slice 0";
  EXPECT_EQ(target_of_pod("deep-0-c51abc75-prefill-1-3"), "deep-prefill") << "its worker";
  EXPECT_EQ(target_of_pod("deep-c51abc75-decode-1"), "deep-decode") << "before there were slices";
}

TEST_F(TargetNamesTest, TheLongestNameThatFitsWins) {
  add("Deployment", "llama");
  add("Deployment", "llama-8b");
  EXPECT_EQ(target_of_pod("llama-7c9f8d6b5-x2x4z"), "llama");
  EXPECT_EQ(target_of_pod("llama-8b-7c9f8d6b5-x2x4z"), "llama-8b");
  EXPECT_EQ(target_of_pod("llama-70b-7c9f8d6b5-x2x4z"), std::nullopt) << "of a Deployment that is no target";
}

TEST_F(TargetNamesTest, TargetsOfOneNameAreToldApartByTheirKind) {
  add("Deployment", "llama");
  add("StatefulSet", "llama-stateful");
  std::vector<Variant> same_name = testing::make_state(variants)->variants();
  same_name[1].target_reference.name = "llama";
  const ClusterState state(same_name, std::make_shared<const PolicyBook>(PolicyBook::parse({})));
  const TargetNames names(state);
  EXPECT_EQ(names.find("prod", "llama-7c9f8d6b5"), 0U);
  EXPECT_EQ(names.find("prod", "llama-"), 1U);
}

TEST_F(TargetNamesTest, ANameThatKubernetesCutIsRecognisedByItsBeginning) {
  const std::string just_fits(52, 'x');
  const std::string too_long(60, 'y');
  add("Deployment", just_fits);
  add("Deployment", "x");
  add("Deployment", too_long);
  EXPECT_EQ(target_of_pod((just_fits + "-7c9f8d6b5").substr(0, 58) + "x2x4z"), just_fits);
  EXPECT_EQ(target_of_pod(too_long.substr(0, 58) + "x2x4z"), too_long);
  // Just not cut: "<name>-<hash>-" has 58 characters; and one more.
  const std::string longest(47, 'z');
  add("Deployment", longest);
  EXPECT_EQ(target_of_pod(longest + "-7c9f8d6b5-x2x4z"), longest);
  EXPECT_EQ(target_of_pod(longest + "-7c9f8d6b55x2x4z"), longest);
}

TEST_F(TargetNamesTest, ACutNameThatTwoTargetsShareIsNeitherOnes) {
  const std::string common(58, 'x');
  add("Deployment", common + "a");
  add("Deployment", common + "b");
  EXPECT_EQ(target_of_pod(common + "x2x4z"), std::nullopt);
}

// A ReplicaSet's name is the Deployment's and one more part.
TEST_F(TargetNamesTest, ACutNameDoesNotBelongToATargetThatItMerelyBeginsWith) {
  add("Deployment", "llama");
  const std::string canary = "llama-canary-" + std::string(40, 'x');
  EXPECT_EQ(target_of_pod((canary + "-7c9f8d6b5").substr(0, 58) + "x2x4z"), std::nullopt);
}

TEST_F(TargetNamesTest, WhatTheClusterSaysCountsMoreThanNames) {
  add("Deployment", "llama");
  add("Deployment", "qwen");
  set_pods({{"llama-7c9f8d6b5-x2x4z", {"apps", "Deployment", "qwen"}},
            {"llama-5d5d5d5d5-x2x4z", {"apps", "Deployment", "of-another-team"}},
            {"llama-6f6f6f6f6-x2x4z", {"apps", "StatefulSet", "llama"}}});
  EXPECT_EQ(target("llama-7c9f8d6b5"), "qwen");
  EXPECT_EQ(target("llama-5d5d5d5d5"), std::nullopt);
  EXPECT_EQ(target("llama-6f6f6f6f6"), std::nullopt) << "of another kind than the target";
}

TEST_F(TargetNamesTest, TheVersionOfAnApiIsNoPartOfTheKind) {
  add("Deployment", "llama");
  set_pods({{"any-7c9f8d6b5-x2x4z", {"apps", "Deployment", "llama"}}});
  EXPECT_EQ(target("any-7c9f8d6b5"), "llama");
}

TEST_F(TargetNamesTest, NamesTellWhereTheClusterDoesNot) {
  add("Deployment", "llama");
  set_pods({});
  EXPECT_EQ(target("llama-7c9f8d6b5"), "llama") << "pods that are gone, or not seen yet";
}

TEST_F(TargetNamesTest, NamesTellWhereAnotherKindMayHaveMadeTheWorkload) {
  add("Engine", "engine");
  set_pods({{"engine-7c9f8d6b5-x2x4z", {"apps", "Deployment", "engine"}},
            {"engine-0", {"example.com", "Engine", "engine"}},
            {"engine-5d5d5d5d5-x2x4z", {"apps", "Deployment", "of-another-team"}}});
  EXPECT_EQ(target("engine-7c9f8d6b5"), "engine");
  EXPECT_EQ(target("engine-"), "engine");
}

TEST_F(TargetNamesTest, OneOwnerOfTwoWorkloadsIsNeitherOnes) {
  const std::string common(58, 'x');
  add("Deployment", common + "a");
  set_pods({{common + "x2x4z", {"apps", "Deployment", common + "a"}},
            {common + "bbbbb", {"apps", "Deployment", common + "b"}}});
  EXPECT_EQ(target(common), std::nullopt);
}

TEST(GroupOfWorkersTest, IsTheNumberBeforeTheWorkers) {
  EXPECT_EQ(group_of_workers("deep", "deep-0-"), 0);
  EXPECT_EQ(group_of_workers("deep", "deep-12-"), 12);
  EXPECT_EQ(group_of_workers("deep", "deep-v2-3-"), 3) << "with a revision";
  EXPECT_EQ(group_of_workers("deep", "deep-"), std::nullopt) << "leaders";
  EXPECT_EQ(group_of_workers("deep", "deep-v2-"), std::nullopt) << "leaders of a revision";
  EXPECT_EQ(group_of_workers("deep", "deep-7c9f8d6b5"), std::nullopt);
}

// A revision is eight hexadecimal digits: one in 43 of them has no letter.
TEST(GroupOfWorkersTest, ARevisionOfDigitsIsNoGroup) {
  EXPECT_EQ(group_of_workers("deep", "deep-51967475-"), std::nullopt) << "leaders of a revision";
  EXPECT_EQ(group_of_workers("deep", "deep-51967475-3-"), 3);
}

}  // namespace
}  // namespace inferno::signals
