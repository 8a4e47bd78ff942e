// Which rows each variant and each model reads.
#include "adapter/signals/workload_rows.hpp"

#include <gmock/gmock.h>

#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::signals {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The model llama of two variants and, in the same namespace, the model qwen of one.
class WorkloadRowsTest : public ::testing::Test {
 protected:
  std::shared_ptr<const ClusterState> state = testing::make_state({{.model_id = "llama", .target = "a100"},
                                                                   {.model_id = "llama", .target = "h100"},
                                                                   {.model_id = "qwen", .target = "qwen"},
                                                                   {.namespace_name = "test", .model_id = "llama"}});
  static constexpr std::size_t a100 = 0;
  static constexpr std::size_t h100 = 1;
  static constexpr std::size_t qwen = 2;
  static constexpr std::size_t llama_model = 0;
  static constexpr std::size_t qwen_model = 1;

  Row add(const char* owner, const char* model = "llama", const char* namespace_name = "prod") {
    return table.add({.namespace_name = namespace_name, .model_id = model, .owner = owner});
  }

  RowTable table;
};

TEST_F(WorkloadRowsTest, EachVariantReadsTheRowsOfItsOwnPods) {
  const Row old_revision = add("a100-5d5d5d5d5");
  const Row other = add("h100-7c9f8d6b5");
  const Row new_revision = add("a100-7c9f8d6b5");
  add("a100-7c9f8d6b5", "llama", "test");
  const WorkloadRows rows(*state, table);
  EXPECT_THAT(rows.own(a100), ElementsAre(old_revision, new_revision));
  EXPECT_THAT(rows.own(h100), ElementsAre(other));
  EXPECT_THAT(rows.own(qwen), IsEmpty());
  EXPECT_THAT(rows.others(llama_model), IsEmpty());
}

TEST_F(WorkloadRowsTest, PodsThatReportTheModelButBelongToNoTargetAreOthers) {
  const Row canary = add("llama-canary-7c9f8d6b5");
  const Row without_pod = add("?");
  const WorkloadRows rows(*state, table);
  EXPECT_THAT(rows.others(llama_model), ElementsAre(canary, without_pod));
  EXPECT_THAT(rows.own(a100), IsEmpty());
}

TEST_F(WorkloadRowsTest, ATargetThatReportsUnderAnotherNameIsRenamed) {
  const Row alias = add("a100-7c9f8d6b5", "meta/llama");
  const WorkloadRows rows(*state, table);
  EXPECT_THAT(rows.renamed(a100), ElementsAre(alias));
  EXPECT_THAT(rows.own(a100), IsEmpty());
}

// Some engines have no label model_name: their pods tell whose they are.
TEST_F(WorkloadRowsTest, WithoutAModelsNameARowBelongsToTheTargetOfItsPods) {
  const Row unnamed = add("qwen-7c9f8d6b5", "");
  add("router-7c9f8d6b5", "");
  const WorkloadRows rows(*state, table);
  EXPECT_THAT(rows.own(qwen), ElementsAre(unnamed));
  EXPECT_THAT(rows.renamed(qwen), IsEmpty());
  EXPECT_THAT(rows.others(llama_model), IsEmpty());
  EXPECT_THAT(rows.others(qwen_model), IsEmpty());
}

TEST_F(WorkloadRowsTest, UnderTheNameOfAnotherModelItIsAnOtherOfThatOne) {
  const Row swapped = add("a100-7c9f8d6b5", "qwen");
  const WorkloadRows rows(*state, table);
  EXPECT_THAT(rows.renamed(a100), ElementsAre(swapped));
  EXPECT_THAT(rows.others(qwen_model), ElementsAre(swapped));
  EXPECT_THAT(rows.own(qwen), IsEmpty());
}

TEST_F(WorkloadRowsTest, WhatGatewaysSayBelongsToNoWorkload) {
  add("");
  const WorkloadRows rows(*state, table);
  EXPECT_THAT(rows.own(a100), IsEmpty());
  EXPECT_THAT(rows.others(llama_model), IsEmpty());
}

TEST_F(WorkloadRowsTest, TwoVariantsThatNameOneTargetReadTheSameRows) {
  std::vector<Variant> variants = state->variants();
  variants[h100].target_reference = variants[a100].target_reference;
  state = std::make_shared<const ClusterState>(variants, std::make_shared<const PolicyBook>(PolicyBook::parse({})));
  const Row row = add("a100-7c9f8d6b5");
  const WorkloadRows rows(*state, table);
  EXPECT_THAT(rows.own(a100), ElementsAre(row));
  EXPECT_THAT(rows.own(h100), ElementsAre(row));
  EXPECT_THAT(rows.targets().variants(*rows.targets().find("prod", "a100-7c9f8d6b5")), ElementsAre(a100, h100));
}

TEST_F(WorkloadRowsTest, RowsThatWereReleasedBelongToNoVariant) {
  const Row row = add("a100-7c9f8d6b5");
  table.release([row](Row other) { return other == row; });
  EXPECT_THAT(WorkloadRows(*state, table).own(a100), IsEmpty());
}

}  // namespace
}  // namespace inferno::signals
