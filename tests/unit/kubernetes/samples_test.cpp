// manifests/samples as a user would run them in standalone mode.
#include "adapter/kubernetes/directory_loader.hpp"
#include "adapter/kubernetes/state_assembler.hpp"

namespace inferno::kubernetes {
namespace {

using namespace std::chrono_literals;

TEST(Samples, LoadWithoutProblemsOrWarnings) {
  DirectoryLoader loader(INFERNO_SAMPLES_DIR);
  ASSERT_TRUE(loader.load());
  EXPECT_THAT(loader.problems(), testing::IsEmpty());
  const DirectoryContent content = loader.content();
  EXPECT_THAT(content.duplicates, testing::IsEmpty());

  StateAssembler assembler({});
  const auto state = assembler.assemble(content.objects, TimePoint{});
  EXPECT_THAT(state->policies().warnings(), testing::IsEmpty());
  ASSERT_EQ(state->models().size(), 2U);
  for (const Variant& variant : state->variants()) {
    EXPECT_FALSE(variant.invalid) << variant.name;
    ASSERT_TRUE(variant.target) << variant.name;
    EXPECT_TRUE(variant.target->max_num_seqs) << variant.name;
    EXPECT_EQ(variant.target->max_replicas(), 10) << variant.name;
  }
}

TEST(Samples, SayWhatTheGuideSays) {
  DirectoryLoader loader(INFERNO_SAMPLES_DIR);
  ASSERT_TRUE(loader.load());
  StateAssembler assembler({});
  const auto state = assembler.assemble(loader.content().objects, TimePoint{});

  const auto index = state->find("llm-inference", "llama-8b-autoscaler");
  ASSERT_TRUE(index);
  const Variant& llama = state->variants()[*index];
  EXPECT_EQ(llama.model_id, "meta/llama-3.1-8b");
  EXPECT_EQ(llama.accelerator, "L40S");
  const ScaleToZeroPolicy policy = state->policies().resolve({"llm-inference", "meta/llama-3.1-8b"}).scale_to_zero;
  EXPECT_TRUE(policy.enabled.value);
  EXPECT_EQ(policy.retention_period.value, 5min);
  EXPECT_FALSE(state->policies().resolve({"llm-inference", "meta/llama-3.1-70b"}).scale_to_zero.enabled.value);
}

}  // namespace
}  // namespace inferno::kubernetes
