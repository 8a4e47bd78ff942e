// A model that Prometheus has never heard of, though its replicas are ready.
#include "adapter/advice/series_evidence.hpp"

#include <chrono>

#include "tests/unit/advice/wiring.hpp"

namespace inferno::testing {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};

// Prometheus answers, and has nothing about the model.
ModelSignals nothing() {
  ModelSignals signals;
  signals.as_of = now;
  signals.samples.assign(3, GridSample{});
  signals.variants.resize(1);
  return signals;
}

TEST(SeriesEvidence, ReadyReplicasWithoutAnySeriesLackThem) {
  EXPECT_TRUE(lacks_series(variant("llama"), nothing()));
}

TEST(SeriesEvidence, ASeriesNowOrWithinTheRetentionPeriodIsEnough) {
  ModelSignals signals = nothing();
  signals.samples.back().pods = 1;
  EXPECT_FALSE(lacks_series(variant("llama"), signals));
  signals = nothing();
  signals.activity.evidence_until = now - 5min;
  EXPECT_FALSE(lacks_series(variant("llama"), signals));
}

TEST(SeriesEvidence, AFirstScrapeTakesItsTime) {
  Variant fresh = variant("llama");
  fresh.target->left_zero_at = now - 119s;
  EXPECT_FALSE(lacks_series(fresh, nothing()));
  fresh.target->left_zero_at = now - 120s;
  EXPECT_TRUE(lacks_series(fresh, nothing()));
}

TEST(SeriesEvidence, WithoutReadyReplicasNoneAreExpected) {
  Variant loading = variant("llama");
  loading.target->ready_replicas = 0;
  EXPECT_FALSE(lacks_series(loading, nothing()));
}

TEST(SeriesEvidence, WhatWasNotAnsweredProvesNothing) {
  EXPECT_FALSE(lacks_series(variant("llama"), ModelSignals{}));
  ModelSignals failed = nothing();
  failed.failed.set(static_cast<std::size_t>(Signal::pods));
  EXPECT_FALSE(lacks_series(variant("llama"), failed));
}

TEST(SeriesEvidence, TheAdviceNamesTheLabelsThatSeriesMustCarry) {
  EXPECT_THAT(advice_on(state({variant("llama")}), "llama", true),
              ::testing::ElementsAre(
                  "NoSeries: replicas of Deployment llm/llama-decode are ready, but Prometheus has no series with "
                  "namespace \"llm\" and model_name \"meta/llama\": make spec.modelID equal to the name that the model "
                  "is served by, or have its pods scraped"));
}

}  // namespace
}  // namespace inferno::testing
