// What the collector asks, when, and what becomes of failures.
#include "tests/unit/signals/collector_test.hpp"

#include <gmock/gmock.h>

#include <set>

namespace inferno::testing {
namespace {

using signals::Scope;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(CollectorTest, ReadsTheWholeWindowFirstAndThenOnlyNewSteps) {
  rig().refresh();
  refresh_at(noon + seconds{12});

  const auto asked = prometheus.asked(ask("running"));
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked[0].start, noon - options.history);
  EXPECT_EQ(asked[0].end, noon);
  EXPECT_EQ(asked[1].start, noon + seconds{5});
  EXPECT_EQ(asked[1].end, noon + seconds{10});
  EXPECT_EQ(llama().as_of, noon + seconds{10});
  EXPECT_THAT(target().samples, SizeIs(55));
  EXPECT_EQ(target().samples.back().running, 2.0F);
}

TEST_F(CollectorTest, AFailedQueryHoldsAndIsAskedAgainForTheSameSteps) {
  rig().refresh();
  prometheus.fail(ask("running"), "execution: too busy");
  refresh_at(noon + seconds{5});
  const ModelSignals during = llama();
  prometheus.recover();
  refresh_at(noon + seconds{10});

  EXPECT_EQ(during.as_of, noon + seconds{5}) << "the others go on";
  EXPECT_TRUE(failed(during, Signal::running));
  EXPECT_FALSE(failed(during, Signal::pods));
  EXPECT_EQ(during.failure, "execution: too busy");
  EXPECT_TRUE(std::isnan(during.targets[0].samples.back().running));
  EXPECT_TRUE(llama().failed.none());
  const std::vector<GridSample> samples = target().samples;
  EXPECT_EQ(samples[samples.size() - 2].running, 1.0F) << "the step that was missed";
  EXPECT_EQ(samples.back().running, 2.0F);
}

TEST_F(CollectorTest, WhenEveryQueryFailsTimeStandsStill) {
  rig().refresh();
  prometheus.down = true;
  refresh_at(noon + seconds{5});
  EXPECT_EQ(llama().as_of, noon);
  EXPECT_EQ(rig().collector().last_failure(), "connection refused");

  prometheus.down = false;
  refresh_at(noon + seconds{10});
  EXPECT_EQ(llama().as_of, noon + seconds{10});
  EXPECT_EQ(rig().collector().last_failure(), std::nullopt);
}

TEST_F(CollectorTest, KvTokensAreReadWhereVariantsAreComparedAsOfAGridThatEveryReplicaOfTheAdapterHas) {
  rig().refresh();
  EXPECT_THAT(prometheus.asked(ask("cache_blocks")), IsEmpty()) << "one variant needs none";

  cluster.set({{.model_id = "llama", .target = "cheap"}, {.model_id = "llama", .target = "dear"}});
  Scope scope;
  scope.namespaces = {"prod"};
  const std::string cache_blocks = ask("cache_blocks", scope);
  for (const auto& [target, blocks] : {std::pair{"cheap", "1000"}, {"dear", "4000"}}) {
    prometheus.give(cache_blocks,
                    {{"namespace", "prod"},
                     {"owner", std::string(target) + "-7c9f8d6b5"},
                     {"num_gpu_blocks", blocks},
                     {"block_size", "16"}},
                    always(2));
    prometheus.give(ask("pods"), workload("llama", target), always(1));
  }
  refresh_at(noon + seconds{40});
  refresh_at(noon + options.capacity_interval - seconds{5});
  ASSERT_THAT(prometheus.asked(cache_blocks), SizeIs(1));
  EXPECT_EQ(prometheus.asked(cache_blocks).front().end, noon);
  EXPECT_EQ(llama().targets[0].kv_tokens, 2 * 16'000) << "of two engines";
  EXPECT_EQ(llama().targets[1].kv_tokens, 2 * 64'000);

  refresh_at(noon + options.capacity_interval + seconds{10});
  ASSERT_THAT(prometheus.asked(cache_blocks), SizeIs(2));
  EXPECT_EQ(prometheus.asked(cache_blocks).back().end, noon + options.capacity_interval);
}

TEST_F(CollectorTest, WhatIsLearnedOfAGroupDoesNotChangeWithAQueryThatFails) {
  cluster.set({{.model_id = "deep", .kind = "LeaderWorkerSet"}});
  for (const char* owner : {"deep-", "deep-0-"}) {
    const FakePrometheus::SeriesLabels labels{{"namespace", "prod"}, {"model_name", "deep"}, {"owner", owner}};
    prometheus.give(ask("pods"), labels, always(1));
    prometheus.give(ask("batch"), labels, always(10));
  }
  rig().refresh();
  ASSERT_EQ(rig().gather("prod", "deep").targets[0].batch, 20.0);
  prometheus.fail(ask("pods"), "execution: too busy");
  refresh_at(noon + seconds{5});
  EXPECT_EQ(rig().gather("prod", "deep").targets[0].batch, 20.0);
}

TEST_F(CollectorTest, DeferredRequestsAreReadOnlyWhereATargetHandsItsRequestsOver) {
  prometheus.give(ask("deferred"), workload("llama", "llama"), always(3));
  rig().refresh();
  EXPECT_THAT(prometheus.asked(ask("deferred")), IsEmpty());
  EXPECT_TRUE(std::isnan(target().samples.back().deferred));

  for (const char* role : {"decode", "prefill-decode", "encode-prefill-decode"}) {
    cluster.set({{.model_id = "llama", .role = role}});
    clock.advance(seconds{5});
    rig().refresh();
    EXPECT_THAT(prometheus.asked(ask("deferred")), IsEmpty()) << role;
  }
  cluster.set({{.model_id = "llama", .role = "decode"}, {.model_id = "llama", .target = "first", .role = "prefill"}});
  clock.advance(seconds{5});
  rig().refresh();
  EXPECT_THAT(prometheus.asked(ask("deferred")), SizeIs(1));
  EXPECT_EQ(llama().targets.at(1).samples.back().deferred, 3.0F) << "in order of names: first, llama";
}

TEST_F(CollectorTest, TheNumberOfRequestsDoesNotDependOnTheNumberOfVariants) {
  std::set<std::size_t> counts;
  for (const int models : {1, 100, 1000}) {
    std::vector<VariantSpec> variants;
    for (int i = 0; i < models; ++i) {
      const std::string model = "model-" + std::to_string(i);
      variants.push_back({.model_id = model, .target = model + "-a"});
      variants.push_back({.model_id = model, .target = model + "-b", .replicas = 0});
    }
    cluster.set(variants);
    clock.set(noon);
    start();
    rig().refresh();
    rig().run_until_complete();
    prometheus.queries.clear();
    refresh_at(noon + seconds{15});
    counts.insert(prometheus.queries.size());
  }
  EXPECT_THAT(counts, SizeIs(1));
  EXPECT_LE(*counts.begin(), 20U);
}

TEST_F(CollectorTest, AGatewayWithoutNamespaceCountsForEveryNamespace) {
  cluster.set({{.model_id = "llama"}, {.model_id = "alias"}, {.namespace_name = "test", .model_id = "llama"}});
  prometheus.give(ask("gateway_queue"), {{"target_model_name", "llama"}, {"model_name", "alias"}}, always(4));
  prometheus.give(ask("gateway_queue"), {{"namespace", "prod"}, {"model_name", "llama"}}, always(2));
  rig().refresh();
  EXPECT_EQ(llama().gateway.back().gateway_queue, 6.0F);
  EXPECT_EQ(rig().gather("test", "llama").gateway.back().gateway_queue, 4.0F);
  EXPECT_TRUE(std::isnan(rig().gather("prod", "alias").gateway.back().gateway_queue));
}

TEST_F(CollectorTest, QueriesFollowPrometheusClock) {
  prometheus.date = noon - seconds{60};
  wake.date = prometheus.date;
  rig().refresh();
  EXPECT_EQ(llama().as_of, noon - seconds{60});
  EXPECT_EQ(target().samples.back().replicas, 1.0F);
}

TEST_F(CollectorTest, ALongerRetentionPeriodIsReadBack) {
  rig().refresh();
  EXPECT_GT(target().evidence.since, noon - std::chrono::minutes{12});
  cluster.set({{.model_id = "llama"}}, "30m");
  refresh_at(noon + seconds{15});
  EXPECT_LE(target().evidence.since, noon + seconds{15} - std::chrono::minutes{30});
}

TEST_F(CollectorTest, RowsBeyondThoseOfTheClusterAreBounded) {
  options.max_foreign_rows = 5;
  for (int i = 0; i < 100; ++i) give_model("foreign-" + std::to_string(i));
  rig().refresh();
  // Two controllers of the one variant, what a gateway says of its model, and five more.
  EXPECT_EQ(rig().snapshot()->parts().rows->used(), 8U);
  EXPECT_EQ(target().samples.back().replicas, 1.0F);
}

}  // namespace
}  // namespace inferno::testing
