// Answers that are too big, and answers that may not be whole.
#include <gmock/gmock.h>

#include "tests/unit/signals/collector_test.hpp"

namespace inferno::testing {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class QueryRunnerTest : public CollectorTest {};

TEST_F(QueryRunnerTest, AnAnswerThatIsTooBigIsAskedForInPieces) {
  prometheus.most_samples = 10;
  rig().refresh();
  EXPECT_TRUE(llama().failed.none()) << llama().failure;
  for (const GridSample& sample : target().samples) EXPECT_EQ(sample.replicas, 1.0F);
}

TEST_F(QueryRunnerTest, ASingleStepThatIsTooBigIsSplitByNamespace) {
  std::vector<VariantSpec> variants;
  const auto give = [this](const std::string& name, const signals::Scope& scope) {
    prometheus.give(ask("waiting", scope), {{"namespace", name}, {"model_name", "many"}, {"owner", "many-7c9f8d6b5"}},
                    always(1));
  };
  for (const char* name : {"a", "b", "c", "d"}) {
    variants.push_back({.namespace_name = name, .model_id = "many"});
    give(name, {});
  }
  for (const auto& half : {std::vector<std::string>{"a", "b"}, std::vector<std::string>{"c", "d"}}) {
    signals::Scope scope;
    scope.namespaces = half;
    scope.without_namespace = half.front() == "a";
    for (const std::string& name : half) give(name, scope);
  }
  cluster.set(variants);
  prometheus.most_samples = 3;
  rig().refresh();
  EXPECT_EQ(rig().gather("a", "many").targets[0].samples.back().waiting, 1.0F);
  EXPECT_EQ(rig().gather("d", "many").targets[0].samples.back().waiting, 1.0F);
}

TEST_F(QueryRunnerTest, OfAnAnswerThatMayBeIncompleteNothingIsKept) {
  rig().refresh();
  prometheus.warnings[ask("running")] = "a store is not reachable";
  refresh_at(noon + seconds{5});

  const ModelSignals during = llama();
  EXPECT_TRUE(failed(during, Signal::running));
  EXPECT_FALSE(failed(during, Signal::pods));
  EXPECT_EQ(during.failure, "the answer may be incomplete: a store is not reachable");
  EXPECT_EQ(during.as_of, noon + seconds{5});
  EXPECT_TRUE(std::isnan(during.targets[0].samples.back().running));
  EXPECT_EQ(during.targets[0].samples.back().replicas, 1.0F);

  prometheus.warnings.clear();
  refresh_at(noon + seconds{10});
  EXPECT_EQ(prometheus.asked(ask("running")).back().start, noon + seconds{5}) << "the same steps again";
  EXPECT_TRUE(llama().failed.none());
  const std::vector<GridSample> samples = target().samples;
  EXPECT_EQ(samples[samples.size() - 2].running, 1.0F);
}

TEST_F(QueryRunnerTest, TheIdleHistoryEndsBeforeAStretchThatMayBeIncomplete) {
  rig().refresh();
  ASSERT_EQ(target().evidence.until, noon - seconds{15});
  prometheus.warnings[ask("used")] = "a store is not reachable";
  refresh_at(noon + seconds{15});
  EXPECT_TRUE(failed(llama(), Signal::idle_history));
  EXPECT_EQ(target().evidence.until, noon - seconds{15});

  prometheus.warnings.clear();
  prometheus.give(ask("used"), workload("llama", "llama"),
                  [](TimePoint time) { return time == noon ? std::optional(1.0) : std::nullopt; });
  prometheus.give(ask("running"), workload("llama", "llama"), always(0));
  refresh_at(noon + seconds{30});
  EXPECT_FALSE(failed(llama(), Signal::idle_history));
  EXPECT_EQ(prometheus.asked(ask("used")).back().start, noon) << "the same step again";
  EXPECT_EQ(target().evidence.until, noon + seconds{15});
}

TEST_F(QueryRunnerTest, WhereEveryAnswerMayBeIncompleteTimeStandsStill) {
  rig().refresh();
  prometheus.warn_always = "a store is not reachable";
  refresh_at(noon + seconds{5});
  EXPECT_EQ(llama().as_of, noon);
  EXPECT_EQ(rig().collector().last_failure(), "the answer may be incomplete: a store is not reachable");
}

// Query frontends round times down to multiples of the step, and two rounded answers would fall onto one step.
TEST_F(QueryRunnerTest, EveryTimeIsAMultipleOfTheStep) {
  options.step = seconds{7};
  options.flow_interval = seconds{21};
  clock.set(noon + Duration{1'234});
  cluster.set({{.model_id = "llama"}, {.model_id = "llama", .target = "other"}, {.model_id = "qwen", .replicas = 0}});
  rig().refresh();
  rig().run_until_complete();
  refresh_at(noon + Duration{41'777});

  EXPECT_THAT(wake.queries, Not(IsEmpty()));
  EXPECT_THAT(prometheus.asked(signals::QueryTable(options).find("used")->expression({})), Not(IsEmpty()));
  std::vector<prometheus::RangeQuery> all = prometheus.queries;
  all.insert(all.end(), wake.queries.begin(), wake.queries.end());
  for (const prometheus::RangeQuery& asked : all) {
    for (const TimePoint time : {asked.start, asked.end})
      EXPECT_EQ(time.time_since_epoch() % asked.step, Duration::zero()) << asked.expression;
  }
}

TEST_F(QueryRunnerTest, OfAnAnswerAboutOtherTimesNothingIsKept) {
  rig().refresh();
  prometheus.shift = seconds{-1};
  refresh_at(noon + seconds{5});
  const ModelSignals during = llama();
  EXPECT_TRUE(failed(during, Signal::running));
  EXPECT_EQ(during.failure, "the answer is about other times than asked for: does a query frontend round them?");
  EXPECT_TRUE(std::isnan(during.targets[0].samples.back().running));

  prometheus.shift = {};
  refresh_at(noon + seconds{10});
  EXPECT_TRUE(llama().failed.none());
  const std::vector<GridSample> samples = target().samples;
  EXPECT_EQ(samples[samples.size() - 2].running, 1.0F);
}

TEST_F(QueryRunnerTest, SightingsThatMayBeIncompleteAreNotShown) {
  cluster.set({{.model_id = "silent"}});
  signals::Scope scope;
  scope.namespaces = {"prod"};
  const std::string sightings = ask("sightings", scope);
  prometheus.give(sightings, {{"namespace", "prod"}, {"owner", "silent-7c9f8d6b5"}, {"__name__", "up"}}, always(1));
  prometheus.warnings[sightings] = "a store is not reachable";
  rig().refresh();
  EXPECT_EQ(rig().gather("prod", "silent").targets[0].sighting.scraped, std::nullopt);

  prometheus.warnings.clear();
  refresh_at(noon + seconds{5});
  ASSERT_THAT(prometheus.asked(sightings), SizeIs(2)) << "at the next refresh";
  EXPECT_EQ(rig().gather("prod", "silent").targets[0].sighting.scraped, true);
}

}  // namespace
}  // namespace inferno::testing
