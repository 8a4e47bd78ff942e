// Which scale targets are woken directly.
#include "adapter/wake/wake_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/wake/wake_board.hpp"

namespace inferno::wake {
namespace {

using inferno::testing::make_wake_board;
using inferno::testing::make_wake_variant;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const WakeTarget llama{.namespace_name = "llm",
                       .api_version = "apps/v1",
                       .kind = "Deployment",
                       .name = "llama-decode",
                       .variant = "llama",
                       .model_id = "llama"};

TEST(WakeTargets, AreThoseAtZeroForWhichRequestsWait) {
  const DecisionBoard board =
      make_wake_board({make_wake_variant("llama", 0), make_wake_variant("qwen", 0), make_wake_variant("gemma", 1)},
                      {{"llama", 1}, {"gemma", 9}});
  EXPECT_THAT(targets_to_wake(board), ElementsAre(llama));
}

TEST(WakeTargets, OfSeveralVariantsTheCheapestIsWoken) {
  Variant cheap = make_wake_variant("llama", 0);
  cheap.cost = 1;
  Variant dear = make_wake_variant("llama-h200", 0);
  dear.model_id = "llama";
  dear.cost = 5;
  EXPECT_THAT(targets_to_wake(make_wake_board({cheap, dear}, {{"llama", 1}})), ElementsAre(llama));
}

TEST(WakeTargets, OfSeveralRolesOneOfEachIsWoken) {
  Variant prefill = make_wake_variant("llama-prefill", 0);
  prefill.model_id = "llama";
  prefill.target->role = "prefill";
  WakeTarget second = llama;
  second.variant = "llama-prefill";
  second.name = "llama-prefill-decode";
  EXPECT_THAT(targets_to_wake(make_wake_board({make_wake_variant("llama", 0), prefill}, {{"llama", 1}})),
              ElementsAre(llama, second));
}

// Its one replica is wanted all the same; that is for its autoscaler.
TEST(WakeTargets, ATargetAtZeroThatNobodyWaitsForIsLeftToItsAutoscaler) {
  const DecisionBoard board = make_wake_board({make_wake_variant("llama", 0)}, {});
  EXPECT_EQ(board.answers().front().desired, 1);
  EXPECT_THAT(targets_to_wake(board), IsEmpty());
}

TEST(WakeTargets, AVariantWithoutScaleTargetIsNotWoken) {
  Variant lost = make_wake_variant("llama", 0);
  lost.target.reset();
  EXPECT_THAT(targets_to_wake(make_wake_board({lost}, {{"llama", 1}})), IsEmpty());
}

}  // namespace
}  // namespace inferno::wake
