// What the collector asks, when, and what becomes of failures.
#include "tests/unit/signals/collector_test.hpp"

#include <gmock/gmock.h>

#include <set>

namespace inferno::testing {
namespace {

using signals::Expressions;
using signals::Grouping;
using signals::Scope;
using signals::SignalOptions;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::SizeIs;

TEST_F(CollectorTest, ReadsTheWholeWindowFirstAndThenOnlyNewSteps) {
  rig().refresh();
  refresh_at(noon + seconds{12});

  const auto asked = prometheus.asked(ask.running(Grouping::model, {}));
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked[0].start, noon - options.history);
  EXPECT_EQ(asked[0].end, noon);
  EXPECT_EQ(asked[1].start, noon + seconds{5});
  EXPECT_EQ(asked[1].end, noon + seconds{10});
  const ModelSignals signals = rig().gather("prod", "llama");
  EXPECT_EQ(signals.as_of, noon + seconds{10});
  EXPECT_EQ(signals.samples.size(), 55U);
  EXPECT_EQ(signals.samples.back().running, 2.0F);
}

TEST_F(CollectorTest, AFailedQueryHoldsAndIsAskedAgainForTheSameSteps) {
  rig().refresh();
  prometheus.fail(ask.running(Grouping::model, {}), "execution: too busy");
  refresh_at(noon + seconds{5});
  const ModelSignals during = rig().gather("prod", "llama");
  prometheus.recover();
  refresh_at(noon + seconds{10});
  const ModelSignals after = rig().gather("prod", "llama");

  EXPECT_EQ(during.as_of, noon + seconds{5}) << "the others go on";
  EXPECT_TRUE(failed(during, Signal::running));
  EXPECT_FALSE(failed(during, Signal::pods));
  EXPECT_EQ(during.failure, "execution: too busy");
  EXPECT_TRUE(std::isnan(during.samples.back().running));
  EXPECT_TRUE(after.failed.none());
  EXPECT_EQ(after.samples[after.samples.size() - 2].running, 1.0F) << "the step that was missed";
  EXPECT_EQ(after.samples.back().running, 2.0F);
}

TEST_F(CollectorTest, WhenEveryQueryFailsTimeStandsStill) {
  rig().refresh();
  prometheus.down = true;
  refresh_at(noon + seconds{5});
  EXPECT_EQ(rig().gather("prod", "llama").as_of, noon);
  EXPECT_EQ(rig().collector().last_failure(), "connection refused");

  prometheus.down = false;
  refresh_at(noon + seconds{10});
  EXPECT_EQ(rig().gather("prod", "llama").as_of, noon + seconds{10});
  EXPECT_EQ(rig().collector().last_failure(), std::nullopt);
}

TEST_F(CollectorTest, CapacityIsReadAsOfAGridSoThatEveryReplicaOfTheAdapterReadsTheSame) {
  cluster.set({{.model_id = "llama", .target = "cheap"}, {.model_id = "llama", .target = "dear"}}, "10m");
  const Scope scope{.namespaces = {"prod"}, .without_namespace = true, .models = {}};
  refresh_at(noon + seconds{40});
  refresh_at(noon + options.capacity_interval - seconds{5});
  ASSERT_THAT(prometheus.asked(ask.cache_blocks(scope)), SizeIs(1));
  EXPECT_EQ(prometheus.asked(ask.cache_blocks(scope)).front().end, noon);

  refresh_at(noon + options.capacity_interval + seconds{10});
  ASSERT_THAT(prometheus.asked(ask.cache_blocks(scope)), SizeIs(2));
  EXPECT_EQ(prometheus.asked(ask.cache_blocks(scope)).back().end, noon + options.capacity_interval);
}

TEST_F(CollectorTest, WarningsMakeTheSignalsPartial) {
  prometheus.warnings = {"a store is not reachable"};
  rig().refresh();
  EXPECT_TRUE(rig().gather("prod", "llama").partial);
  EXPECT_EQ(rig().gather("prod", "llama").activity.evidence_since, std::nullopt);

  prometheus.warnings.clear();
  refresh_at(noon + seconds{15});
  EXPECT_FALSE(rig().gather("prod", "llama").partial);
}

TEST_F(CollectorTest, AnAnswerThatIsTooBigIsAskedForInPieces) {
  prometheus.most_samples = 10;
  rig().refresh();
  const ModelSignals signals = rig().gather("prod", "llama");
  EXPECT_TRUE(signals.failed.none()) << signals.failure;
  for (const GridSample& sample : signals.samples) EXPECT_EQ(sample.pods, 1.0F);
}

TEST_F(CollectorTest, ASingleStepThatIsTooBigIsSplitByNamespace) {
  std::vector<VariantSpec> variants;
  for (const char* name : {"a", "b", "c", "d"}) {
    variants.push_back({.namespace_name = name, .model_id = "many"});
    prometheus.give(ask.waiting(Grouping::model, {}), {{"namespace", name}, {"model_name", "many"}}, always(1));
  }
  for (const auto& half : {std::vector<std::string>{"a", "b"}, std::vector<std::string>{"c", "d"}}) {
    for (const std::string& name : half) {
      prometheus.give(
          ask.waiting(Grouping::model, {.namespaces = half, .without_namespace = half.front() == "a", .models = {}}),
          {{"namespace", name}, {"model_name", "many"}}, always(1));
    }
  }
  cluster.set(variants, "10m");
  prometheus.most_samples = 3;
  rig().refresh();
  EXPECT_EQ(rig().gather("a", "many").samples.back().waiting, 1.0F);
  EXPECT_EQ(rig().gather("d", "many").samples.back().waiting, 1.0F);
}

TEST_F(CollectorTest, TheNumberOfRequestsDoesNotDependOnTheNumberOfVariants) {
  std::set<std::size_t> counts;
  for (const int models : {1, 100, 1000}) {
    std::vector<VariantSpec> variants;
    for (int i = 0; i < models; ++i) {
      const std::string model = "model-" + std::to_string(i);
      variants.push_back({.model_id = model, .target = model + "-a"});
      variants.push_back({.model_id = model, .target = model + "-b"});
    }
    cluster.set(variants, "10m");
    clock.set(noon);
    start();
    rig().refresh();
    rig().run_until_complete();
    prometheus.queries.clear();
    refresh_at(noon + seconds{15});
    counts.insert(prometheus.queries.size());
  }
  EXPECT_THAT(counts, SizeIs(1));
  EXPECT_LE(*counts.begin(), 25U);
}

TEST_F(CollectorTest, PodsOfDividedModelsCountForTheirVariant) {
  cluster.set({{.model_id = "llama", .target = "cheap"}, {.model_id = "llama", .target = "dear"}}, "10m");
  const Scope scope{.namespaces = {}, .without_namespace = true, .models = {"llama"}};
  for (const auto& [pod, running] :
       {std::pair{"cheap-7c9f8d6b5-aaaaa", 3.0}, {"cheap-7c9f8d6b5-bbbbb", 4.0}, {"dear-66f5-ccccc", 5.0}}) {
    prometheus.give(ask.running(Grouping::pod, scope), {{"namespace", "prod"}, {"model_name", "llama"}, {"pod", pod}},
                    always(running));
  }
  rig().refresh();
  const ModelSignals signals = rig().gather("prod", "llama", {"cheap", "dear"});
  ASSERT_THAT(signals.variants, SizeIs(2));
  EXPECT_EQ(signals.variants[0].samples.back().running, 7.0F);
  EXPECT_EQ(signals.variants[1].samples.back().running, 5.0F);
}

TEST_F(CollectorTest, AGatewayWithoutNamespaceCountsForEveryNamespace) {
  prometheus.give(ask.gateway_queue({}), {{"target_model_name", "llama"}, {"model_name", "alias"}}, always(4));
  prometheus.give(ask.gateway_queue({}), {{"namespace", "prod"}, {"model_name", "llama"}}, always(2));
  rig().refresh();
  EXPECT_EQ(rig().gather("prod", "llama").samples.back().gateway_queue, 6.0F);
  EXPECT_EQ(rig().gather("test", "llama").samples.back().gateway_queue, 4.0F);
  EXPECT_TRUE(std::isnan(rig().gather("prod", "alias").samples.back().gateway_queue));
}

TEST_F(CollectorTest, OfWhatPrometheusAndTheGatewaysThemselvesSayTheLongerQueueCounts) {
  wake.give(ask.wake({}), {{"model_name", "llama"}, {"signal", "queue"}}, always(3));
  rig().refresh();
  rig().run_until_complete();
  EXPECT_EQ(rig().gather("prod", "llama").wake_queue, 3);

  rig().collector().observe_gateways(signals::GatewayQueues{{{"prod", "llama"}, 5}});
  EXPECT_EQ(rig().gather("prod", "llama").wake_queue, 5);
  EXPECT_EQ(rig().gather("test", "llama").wake_queue, 3) << "another namespace's is not its own";
  rig().collector().observe_gateways(signals::GatewayQueues{{{"prod", "llama"}, 1}});
  EXPECT_EQ(rig().gather("prod", "llama").wake_queue, 3);
  rig().collector().observe_gateways(signals::GatewayQueues{{{"", "llama"}, 4}});
  EXPECT_EQ(rig().gather("test", "llama").wake_queue, 4);
  rig().collector().observe_gateways(std::nullopt);
  EXPECT_EQ(rig().gather("prod", "llama").wake_queue, 3);
}

TEST_F(CollectorTest, GatewaysAreHeardWhilePrometheusIsDown) {
  rig().refresh();
  rig().run_until_complete();
  prometheus.down = wake.down = true;
  clock.advance(std::chrono::minutes{2});
  int told = 0;
  rig().collector().on_publish([&told] { ++told; });
  rig().collector().observe_gateways(signals::GatewayQueues{{{"prod", "llama"}, 1}});
  EXPECT_EQ(told, 1);
  EXPECT_EQ(rig().gather("prod", "llama").as_of, noon);
  EXPECT_EQ(rig().gather("prod", "llama").wake_queue, 1);
  EXPECT_EQ(rig().gather("prod", "llama").wake_as_of, noon + std::chrono::minutes{2});
}

TEST_F(CollectorTest, QueriesFollowPrometheusClock) {
  prometheus.date = noon - seconds{60};
  wake.date = prometheus.date;
  rig().refresh();
  EXPECT_EQ(rig().gather("prod", "llama").as_of, noon - seconds{60});
  EXPECT_EQ(rig().gather("prod", "llama").samples.back().pods, 1.0F);
}

TEST_F(CollectorTest, ALongerRetentionPeriodIsReadBack) {
  rig().refresh();
  EXPECT_GT(rig().gather("prod", "llama").activity.evidence_since, noon - std::chrono::minutes{12});
  cluster.set({{.model_id = "llama"}}, "30m");
  refresh_at(noon + seconds{15});
  EXPECT_LE(rig().gather("prod", "llama").activity.evidence_since, noon + seconds{15} - std::chrono::minutes{30});
}

TEST_F(CollectorTest, ForeignSeriesAreBounded) {
  options.max_foreign_rows = 5;
  for (int i = 0; i < 100; ++i) give_model("foreign-" + std::to_string(i));
  rig().refresh();
  const auto snapshot = std::dynamic_pointer_cast<const signals::FleetSnapshot>(rig().collector().current());
  EXPECT_EQ(snapshot->parts().rows->used(), 6U);
  EXPECT_EQ(rig().gather("prod", "llama").samples.back().pods, 1.0F);
}

}  // namespace
}  // namespace inferno::testing
