// What is wrong with the series of a model whose replicas are ready.
#include "adapter/advice/series_findings.hpp"

#include <chrono>

#include "tests/unit/advice/wiring.hpp"

namespace inferno::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};

// Prometheus answers, and has nothing of the model.
ModelSignals nothing() {
  ModelSignals signals;
  signals.as_of = now;
  signals.gateway.resize(3);
  signals.targets.resize(1);
  signals.targets[0].samples.resize(3);
  return signals;
}

TEST(SeriesFindings, OfATargetThatShowsNothingAreWhatItsPodsShowInstead) {
  ModelSignals signals = nothing();
  signals.targets[0].sighting.served_names = {"llama"};
  EXPECT_EQ(find_series(variant("llama"), signals, 0),
            (SeriesFindings{.missing = "its pods report model_name \"llama\", not \"meta/llama\"",
                            .remedy = "make spec.modelID \"llama\"",
                            .pods_of_others = {}}));
}

TEST(SeriesFindings, ASeriesNowOrWithinTheRetentionPeriodIsEnough) {
  ModelSignals signals = nothing();
  signals.targets[0].samples.back().replicas = 1;
  EXPECT_EQ(find_series(variant("llama"), signals, 0), std::nullopt);
  signals = nothing();
  signals.targets[0].evidence.until = now - 5min;
  EXPECT_EQ(find_series(variant("llama"), signals, 0), std::nullopt);
}

TEST(SeriesFindings, SeriesOfOneTargetAreNoneOfAnother) {
  ModelSignals signals = nothing();
  signals.targets.push_back(signals.targets[0]);
  signals.targets[0].samples.back().replicas = 1;
  EXPECT_EQ(find_series(variant("llama"), signals, 0), std::nullopt);
  EXPECT_NE(find_series(variant("llama"), signals, 1), std::nullopt);
}

TEST(SeriesFindings, AFirstScrapeTakesItsTime) {
  Variant fresh = variant("llama");
  fresh.target->left_zero_at = now - 119s;
  EXPECT_EQ(find_series(fresh, nothing(), 0), std::nullopt);
  fresh.target->left_zero_at = now - 120s;
  EXPECT_NE(find_series(fresh, nothing(), 0), std::nullopt);
}

TEST(SeriesFindings, WithoutReadyReplicasNoSeriesAreExpected) {
  Variant loading = variant("llama");
  loading.target->ready_replicas = 0;
  EXPECT_EQ(find_series(loading, nothing(), 0), std::nullopt);
}

TEST(SeriesFindings, WhatWasNotAnsweredProvesNothing) {
  ModelSignals silent;
  silent.targets.resize(1);
  EXPECT_EQ(find_series(variant("llama"), silent, 0), std::nullopt);
  for (const Signal signal : {Signal::pods, Signal::idle_history}) {
    ModelSignals failed = nothing();
    failed.failed.set(static_cast<std::size_t>(signal));
    EXPECT_EQ(find_series(variant("llama"), failed, 0), std::nullopt);
  }
}

TEST(SeriesFindings, PodsOfOthersAreOneWhateverTheTargetShows) {
  ModelSignals signals = nothing();
  signals.targets[0].samples.back().replicas = 1;
  signals.pods_of_others = {"canary", "old"};
  EXPECT_EQ(find_series(variant("llama"), signals, 0),
            (SeriesFindings{.missing = {}, .remedy = {}, .pods_of_others = {"canary", "old"}}));
}

TEST(SeriesAdvice, SaysWhatToDo) {
  const SeriesFindings missing{
      .missing = "Prometheus does not scrape its pods", .remedy = "have them scraped", .pods_of_others = {}};
  EXPECT_THAT(advice_on(state({variant("llama")}), "llama", &missing),
              ElementsAre("NoSeries: replicas of Deployment llm/llama-decode are ready, but Prometheus does not scrape "
                          "its pods: have them scraped"));
  const SeriesFindings others{.missing = {}, .remedy = {}, .pods_of_others = {"canary", "old"}};
  EXPECT_THAT(
      advice_on(state({variant("llama")}), "llama", &others),
      ElementsAre(
          "PodsOfOthers: pods of \"canary\", \"old\" report the model name \"meta/llama\" in namespace llm, but "
          "belong to no scale target of it: they count neither as load nor as proof; give them a "
          "VariantAutoscaling, or another served name"));
  EXPECT_THAT(advice_on(state({variant("llama")}), "llama"), IsEmpty());
}

}  // namespace
}  // namespace inferno::testing
