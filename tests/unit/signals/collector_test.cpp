// What the collector asks, when, and what becomes of failures.
#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <set>

#include "tests/unit/signals/fake_prometheus.hpp"
#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::testing {
namespace {

using signals::Expressions;
using signals::Grouping;
using signals::Scope;
using signals::SignalOptions;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::SizeIs;

constexpr TimePoint noon{seconds{1'748'779'200}};

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() {
    cluster.set({{.model_id = "llama"}}, "10m");
    give_model("llama");
  }

  void give_model(const std::string& model) {
    const FakePrometheus::SeriesLabels labels{{"namespace", "prod"}, {"model_name", model}};
    prometheus.give(ask.running(Grouping::model, {}), labels,
                    [](TimePoint time) { return static_cast<double>(time.time_since_epoch() / seconds{5} % 10); });
    prometheus.give(ask.pods(Grouping::model, {}), labels, always(1));
    prometheus.give(ask.scraped_pods({}), labels, always(1));
    prometheus.give(ask.finished_total({}), labels, always(7));
  }

  SignalRig& rig() {
    if (!rig_) start();
    return *rig_;
  }

  void start() {
    rig_.reset();
    rig_ = std::make_unique<SignalRig>(context, signals::SignalCollector::Clients{.refresh = prometheus, .wake = wake},
                                       clock, cluster, options);
  }

  void refresh_at(TimePoint time) {
    clock.set(time);
    rig().refresh();
  }

  static bool failed(const ModelSignals& signals, Signal signal) {
    return signals.failed.test(static_cast<std::size_t>(signal));
  }

  SignalOptions options = test_options();
  Expressions ask{options};
  FakePrometheus prometheus;
  FakePrometheus wake;
  FakeClock clock{noon};
  FakeCluster cluster;
  boost::asio::io_context context;
  std::unique_ptr<SignalRig> rig_;
};

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

TEST_F(CollectorTest, AnAttemptThatHasJustFailedIsNotRepeatedForEveryAsker) {
  prometheus.down = true;
  rig().refresh();
  const std::size_t asked = prometheus.queries.size();
  rig().refresh();
  EXPECT_EQ(prometheus.queries.size(), asked);
  EXPECT_FALSE(rig().collector().worth_waiting());
  EXPECT_EQ(rig().collector().current(), nullptr);
}

TEST_F(CollectorTest, NobodyWaitsWhileRefreshesFail) {
  rig().refresh();
  prometheus.down = true;
  refresh_at(noon + seconds{30});
  clock.set(noon + seconds{32});  // the next attempt may be under way, for as long as Prometheus' deadline
  EXPECT_FALSE(rig().collector().worth_waiting());

  prometheus.down = false;
  refresh_at(noon + seconds{40});
  clock.set(noon + seconds{60});
  EXPECT_FALSE(rig().collector().worth_waiting()) << "a newer snapshot comes by itself";
}

TEST_F(CollectorTest, WhoAsksAfterALongSilenceWaits) {
  rig().refresh();
  clock.advance(std::chrono::minutes{2});
  EXPECT_TRUE(rig().collector().worth_waiting());
  EXPECT_TRUE(rig().collector().worth_waiting()) << "and so does the second, while there is only the old snapshot";
}

TEST_F(CollectorTest, AFailureFromBeforeTheSilenceKeepsNobodyFromWaiting) {
  prometheus.down = true;
  rig().refresh();
  prometheus.down = false;
  clock.advance(std::chrono::minutes{5});
  EXPECT_TRUE(rig().collector().worth_waiting());
  EXPECT_TRUE(rig().collector().worth_waiting()) << "and so does the second, while the first waits";
}

TEST_F(CollectorTest, ConcurrentAskersShareOneFlight) {
  prometheus.held = true;
  int landed = 0;
  for (int i = 0; i < 5; ++i) {
    boost::asio::co_spawn(context, rig().collector().refresh_if_old(), [&landed](const std::exception_ptr& failure) {
      EXPECT_FALSE(failure);
      ++landed;
    });
  }
  rig().run_until([this] { return !prometheus.queries.empty(); });
  EXPECT_EQ(landed, 0);
  prometheus.held = false;
  rig().run_until([&landed] { return landed == 5; });
  EXPECT_THAT(prometheus.asked(ask.running(Grouping::model, {})), SizeIs(1));
}

TEST_F(CollectorTest, AWaiterThatGivesUpDoesNotEndTheFlight) {
  prometheus.held = true;
  boost::asio::cancellation_signal give_up;
  bool gave_up = false;
  boost::asio::co_spawn(
      context, rig().collector().refresh_if_old(),
      boost::asio::bind_cancellation_slot(give_up.slot(), [&gave_up](const std::exception_ptr& failure) {
        EXPECT_TRUE(failure);
        gave_up = true;
      }));
  rig().run_until([this] { return !prometheus.queries.empty(); });
  give_up.emit(boost::asio::cancellation_type::terminal);
  rig().run_until([&gave_up] { return gave_up; });
  prometheus.held = false;
  rig().refresh();
  EXPECT_EQ(rig().gather("prod", "llama").as_of, noon);
  EXPECT_THAT(prometheus.asked(ask.running(Grouping::model, {})), SizeIs(1));
}

TEST_F(CollectorTest, TheWakeQueryIsNotBehindARefresh) {
  wake.give(ask.wake({}), {{"model_name", "llama"}, {"signal", "queue"}}, always(3));
  options.wake_max_age = Duration{10};
  rig().refresh();
  prometheus.held = true;
  prometheus.queries.clear();
  clock.advance(seconds{5});
  bool landed = false;
  boost::asio::co_spawn(context, rig().collector().refresh_if_old(),
                        [&landed](const std::exception_ptr&) { landed = true; });
  rig().run_until([this] { return !prometheus.queries.empty(); });
  wake.give(ask.wake({}), {{"model_name", "llama"}, {"signal", "arrivals"}}, always(1));
  rig().run_until([this] { return rig().gather("prod", "llama").wake_arrivals; });

  EXPECT_EQ(rig().gather("prod", "llama").wake_queue, 3);
  EXPECT_EQ(rig().gather("prod", "llama").as_of, noon) << "the refresh has not been answered";
  EXPECT_FALSE(landed);
  prometheus.held = false;
  rig().run_until([&landed] { return landed; });
}

// The wake query publishes at any time: what it shows of the samples and of the activity belongs together.
TEST_F(CollectorTest, SamplesAreNotShownBeforeTheActivityThatBelongsToThem) {
  options.wake_max_age = Duration{10};
  rig().refresh();
  rig().run_until_complete();
  prometheus.held_expression = ask.activity({});
  clock.advance(seconds{15});
  bool landed = false;
  boost::asio::co_spawn(context, rig().collector().refresh_if_old(),
                        [&landed](const std::exception_ptr&) { landed = true; });
  rig().run_until([this] { return prometheus.asked(ask.activity({})).back().end == noon; });
  wake.give(ask.wake({}), {{"model_name", "llama"}, {"signal", "queue"}}, always(1));
  rig().run_until([this] { return rig().gather("prod", "llama").wake_queue > 0; });
  EXPECT_EQ(rig().gather("prod", "llama").as_of, noon);

  prometheus.held_expression.clear();
  rig().run_until([&landed] { return landed; });
  EXPECT_EQ(rig().gather("prod", "llama").as_of, noon + seconds{15});
  EXPECT_EQ(rig().gather("prod", "llama").activity.evidence_until, noon);
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
