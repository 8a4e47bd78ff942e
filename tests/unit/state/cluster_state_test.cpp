#include "adapter/state/cluster_state.hpp"

#include <utility>

namespace inferno {
namespace {

Variant variant(std::string namespace_name, std::string name, std::string model_id) {
  Variant result;
  result.namespace_name = std::move(namespace_name);
  result.name = std::move(name);
  result.model_id = std::move(model_id);
  return result;
}

ClusterState state_of(std::vector<Variant> variants) {
  return {std::move(variants), std::make_shared<const PolicyBook>(PolicyBook::parse({}))};
}

std::vector<std::string> names(const ClusterState& state) {
  std::vector<std::string> result;
  for (const Variant& item : state.variants()) result.push_back(item.namespace_name + "/" + item.name);
  return result;
}

TEST(ClusterState, SortsVariantsByNamespaceAndName) {
  const auto state =
      state_of({variant("b", "a", "m"), variant("a", "z", "m"), variant("a", "b", "m"), variant("a-b", "a", "m")});
  EXPECT_THAT(names(state), testing::ElementsAre("a/b", "a/z", "a-b/a", "b/a"));
}

TEST(ClusterState, GroupsByNamespaceAndModelInOrderOfName) {
  const auto state =
      state_of({variant("n", "c", "x"), variant("n", "b", "y"), variant("n", "a", "x"), variant("other", "a", "x")});
  ASSERT_EQ(state.models().size(), 3U);
  EXPECT_EQ(state.models()[0].key, (ModelKey{"n", "x"}));
  EXPECT_THAT(state.models()[0].variants, testing::ElementsAre(0U, 2U));
  EXPECT_EQ(state.models()[1].key, (ModelKey{"n", "y"}));
  EXPECT_THAT(state.models()[1].variants, testing::ElementsAre(1U));
  EXPECT_EQ(state.models()[2].key, (ModelKey{"other", "x"}));
  EXPECT_THAT(state.models()[2].variants, testing::ElementsAre(3U));
  EXPECT_EQ(state.model_of(2), 0U);
  EXPECT_EQ(state.model_of(3), 2U);
}

TEST(ClusterState, AModelHasTheNamesThatItsVariantsServeAsAliases) {
  Variant first = variant("n", "a", "llama");
  first.served_names = {"sql", "llama", "qwen"};
  Variant second = variant("n", "b", "llama");
  second.target = ScaleTarget{};
  second.target->served_names = {"llama", "chat", "sql"};
  const auto state = state_of({first, second, variant("n", "c", "qwen"), variant("other", "a", "chat")});
  ASSERT_EQ(state.models().size(), 3U);
  EXPECT_THAT(state.models()[0].aliases, testing::ElementsAre("chat", "sql"))
      << "the modelID of another model of the namespace is not one";
  EXPECT_THAT(state.models()[1].aliases, testing::IsEmpty());
}

TEST(ClusterState, AnInvalidVariantIsFoundButBelongsToNoModel) {
  Variant broken = variant("n", "broken", "x");
  broken.invalid = {.field = "spec.variantCost", .message = "is \"ten\""};
  const auto state = state_of({broken, variant("n", "good", "x")});
  ASSERT_EQ(state.models().size(), 1U);
  EXPECT_THAT(state.models()[0].variants, testing::ElementsAre(1U));
  EXPECT_EQ(state.find("n", "broken"), 0U);
  EXPECT_EQ(state.model_of(0), std::nullopt);
}

TEST(ClusterState, FindsByNamespaceAndName) {
  const auto state = state_of({variant("a", "x", "m"), variant("b", "x", "m"), variant("b", "y", "m")});
  EXPECT_EQ(state.find("b", "x"), 1U);
  EXPECT_EQ(state.find("b", "z"), std::nullopt);
  EXPECT_EQ(state.find("c", "x"), std::nullopt);
  EXPECT_EQ(state.find("", ""), std::nullopt);
}

TEST(ClusterState, ANamespaceIsOneRange) {
  const auto state =
      state_of({variant("a", "x", "m"), variant("b", "x", "m"), variant("b", "y", "m"), variant("c", "x", "m")});
  EXPECT_EQ(state.namespace_range("b"), (std::pair<std::size_t, std::size_t>{1, 3}));
  EXPECT_EQ(state.namespace_range("bb"), (std::pair<std::size_t, std::size_t>{3, 3}));
}

TEST(ScaleTarget, TheSmallestMaximumOfItsAutoscalersBindsIt) {
  const auto up_to = [](std::int32_t most) {
    Autoscaler autoscaler;
    autoscaler.max_replicas = most;
    return std::make_shared<const Autoscaler>(autoscaler);
  };
  ScaleTarget target;
  EXPECT_EQ(target.max_replicas(), std::nullopt);
  target.autoscalers = {up_to(7), up_to(3), up_to(5)};
  EXPECT_EQ(target.max_replicas(), 3);
}

TEST(Variant, IsBoundByItsOwnMaximumToo) {
  Autoscaler autoscaler;
  autoscaler.name = "h";
  autoscaler.max_replicas = 3;
  Variant bound = variant("n", "v", "m");
  EXPECT_EQ(bound.upper_bound(), std::nullopt);
  bound.target = ScaleTarget{};
  bound.target->autoscalers = {std::make_shared<const Autoscaler>(autoscaler)};
  EXPECT_EQ(bound.upper_bound(), (UpperBound{.replicas = 3, .of = "HorizontalPodAutoscaler h"}));
  bound.max_replicas = 4;
  EXPECT_EQ(bound.upper_bound(), (UpperBound{.replicas = 3, .of = "HorizontalPodAutoscaler h"}));
  bound.max_replicas = 2;
  EXPECT_EQ(bound.upper_bound(), (UpperBound{.replicas = 2, .of = "VariantAutoscaling v"}));
}

TEST(Variant, IsEqualByContent) {
  const auto full = [](std::int32_t most, std::int32_t reported) {
    Variant result = variant("n", "v", "m");
    Autoscaler autoscaler;
    autoscaler.max_replicas = most;
    result.target = ScaleTarget{};
    result.target->autoscalers = {std::make_shared<const Autoscaler>(autoscaler)};
    ReportedStatus status;
    status.desired_replicas = reported;
    result.reported = std::make_shared<const ReportedStatus>(status);
    return result;
  };
  EXPECT_EQ(full(3, 2), full(3, 2));
  EXPECT_FALSE(full(3, 2) == full(4, 2));
  EXPECT_FALSE(full(3, 2) == full(3, 1));
  Variant prefill = full(3, 2);
  prefill.target->role = "prefill";
  EXPECT_FALSE(full(3, 2) == prefill);
  for (const auto bound : {&Variant::min_replicas, &Variant::max_replicas}) {
    Variant bounded = full(3, 2);
    bounded.*bound = 3;
    EXPECT_FALSE(full(3, 2) == bounded);
  }
  Variant renamed = full(3, 2);
  renamed.served_names = {"chat"};
  EXPECT_FALSE(full(3, 2) == renamed);
  renamed.served_names.clear();
  renamed.target->served_names = {"chat"};
  EXPECT_FALSE(full(3, 2) == renamed);
  Variant without = full(3, 2);
  without.reported = nullptr;
  EXPECT_FALSE(full(3, 2) == without);
}

TEST(ClusterState, MayBeEmpty) {
  const auto state = state_of({});
  EXPECT_TRUE(state.models().empty());
  EXPECT_EQ(state.namespace_range("a"), (std::pair<std::size_t, std::size_t>{0, 0}));
}

}  // namespace
}  // namespace inferno
