// One pod counts once, however many times it is scraped, as a real Prometheus tells it.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

class DuplicatesTest : public SignalsTest {
 protected:
  // A full pod that finishes a request a second, as one more scrape of it sees it, so much later than others do.
  void add_scrape(
      const std::string& labels, Duration phase = {}, const FleetHistory::Keep& keep = [](TimePoint) { return true; }) {
    const PodLabels pod{.extra = labels};
    const auto in_total = [](TimePoint time) {
      return static_cast<double>((time - ago(60)) / std::chrono::seconds{1});
    };
    history.set_phase(phase);
    history.add(running, pod, ago(30), noon, constant(8), keep);
    history.add(waiting, pod, ago(30), noon, constant(2), keep);
    history.add(kv, pod, ago(30), noon, constant(0.5), keep);
    history.add(finished, pod, ago(30), noon, in_total, keep);
  }

  void expect_one_pod() {
    const TargetSignals signals = gather("m", "prod", std::chrono::minutes{20}).targets.at(0);
    for (const GridSample& sample : signals.samples) {
      EXPECT_EQ(sample.running, 8.0F);
      EXPECT_EQ(sample.waiting, 2.0F);
      EXPECT_EQ(sample.kv, 0.5F);
      EXPECT_EQ(sample.replicas, 1.0F);
      EXPECT_EQ(sample.finished_rise, 15.0F);
    }
    EXPECT_EQ(signals.evidence.replicas, 1);
    EXPECT_NEAR(signals.evidence.request_count, 20 * 60, 75) << "to a bucket's edge";
    EXPECT_EQ(signals.throughput, 1.0);
    EXPECT_EQ(signals.batch, 8.0);
  }
};

TEST_F(DuplicatesTest, OfTwoServicesThatFindIt) {
  add_scrape(R"(service="m",job="m",instance="10.0.0.1:8000",endpoint="http")");
  add_scrape(R"(service="m-again",job="m-again",instance="10.0.0.1:8000",endpoint="metrics")", std::chrono::seconds{5});
  start();
  expect_one_pod();
}

TEST_F(DuplicatesTest, OfTwoPrometheusReplicasThatWriteToOneStore) {
  add_scrape(R"(prometheus_replica="a",receive="true")");
  add_scrape(R"(prometheus_replica="b",receive="true")", std::chrono::seconds{11});
  start();
  expect_one_pod();
}

TEST_F(DuplicatesTest, WhereOneOfTheScrapesFailsForAWhileNothingIsMissed) {
  add_scrape(R"(job="a")");
  add_scrape(R"(job="b")", {}, except(ago(20), ago(2)));
  start();
  expect_one_pod();
  EXPECT_THAT(target().evidence.since, ::testing::Optional(::testing::Le(ago(29)))) << "it reported all along";
}

}  // namespace
}  // namespace inferno::testing
