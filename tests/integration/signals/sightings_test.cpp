// What is said of a target none of whose pods report the model, as a real Prometheus tells it. It explains; it proves
// nothing.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

class SightingsTest : public SignalsTest {
 protected:
  void add_up(double value) {
    history.add(R"(up{job="vllm",namespace="prod",pod=")" + pod_of("m") + R"("})", ago(90), noon, constant(value));
  }

  // Of the one target, and that nothing is proven.
  void expect_it() {
    start();
    const TargetSignals signals = target();
    EXPECT_EQ(signals.sighting.served_names, expected.served_names);
    EXPECT_EQ(signals.sighting.metric_names, expected.metric_names);
    EXPECT_EQ(signals.sighting.scraped, expected.scraped);
    EXPECT_EQ(signals.sighting.without_pod_label, expected.without_pod_label);

    EXPECT_EQ(signals.evidence.last_use, std::nullopt);
    EXPECT_EQ(signals.evidence.since, std::nullopt);
    EXPECT_EQ(signals.evidence.until, std::nullopt);
    EXPECT_EQ(signals.evidence.replicas, 0);
    for (const GridSample& sample : signals.samples) {
      EXPECT_TRUE(std::isnan(sample.replicas));
      EXPECT_FALSE(in_use(sample));
    }
  }

  Sighting expected;
};

TEST_F(SightingsTest, ServedUnderAnotherName) {
  history.add(running, {.model = "meta/m"}, ago(90), noon, constant(7));
  history.add(finished, {.model = "meta/m"}, ago(90), noon, growing(ago(90), 3));
  add_up(1);
  expected.served_names = {"meta/m"};
  expected.metric_names = {"vllm:num_requests_running", "vllm:request_success_total"};
  expected.scraped = true;
  expect_it();
}

TEST_F(SightingsTest, AnotherPrefixThanIsLookedFor) {
  history.add("kserve_vllm:num_requests_running", {}, ago(90), noon, constant(7));
  history.add("http_requests_total", {}, ago(90), noon, constant(7));
  add_up(1);
  expected.metric_names = {"kserve_vllm:num_requests_running"};
  expected.scraped = true;
  expect_it();
}

TEST_F(SightingsTest, AnotherEngineThanIsLookedFor) {
  history.add("sglang:num_running_reqs", {.model = "alias"}, ago(90), noon, constant(7));
  expected.served_names = {"alias"};
  expected.metric_names = {"sglang:num_running_reqs"};
  expect_it();
}

TEST_F(SightingsTest, SeriesThatDoNotTellWhatRuns) {
  history.add(waiting, {}, ago(90), noon, constant(0));
  history.add(kv, {}, ago(90), noon, constant(0));
  add_up(1);
  expected.metric_names = {"vllm:kv_cache_usage_perc", "vllm:num_requests_waiting"};
  expected.scraped = true;
  expect_it();
}

TEST_F(SightingsTest, ScrapedWithoutAnySeriesOfAnEngine) {
  history.add("http_requests_total", {}, ago(90), noon, constant(7));
  add_up(1);
  expected.scraped = true;
  expect_it();
}

TEST_F(SightingsTest, ScrapesThatFail) {
  add_up(0);
  expected.scraped = false;
  expect_it();
}

TEST_F(SightingsTest, NotScrapedAtAll) {
  history.add(R"(up{job="vllm",namespace="prod",pod="another-7c9f8d6b5-x2x4z"})", ago(90), noon, constant(1));
  expect_it();
}

TEST_F(SightingsTest, SeriesWithoutPodLabel) {
  history.add(running + R"({namespace="prod",model_name="m",instance="10.0.0.1:8000"})", ago(90), noon, constant(7));
  expected.without_pod_label = true;
  expect_it();
}

TEST_F(SightingsTest, SeriesThatEndedSomeMinutesAgoAreNoLongerSeen) {
  history.add("kserve_vllm:num_requests_running", {}, ago(90), ago(10), constant(7));
  expect_it();
}

TEST_F(SightingsTest, NothingIsSaidOfATargetThatReports) {
  history.add(running, {}, ago(90), noon, constant(0));
  history.add(running, {.model = "meta/m"}, ago(90), noon, constant(0));
  add_up(1);
  start();
  const Sighting sighting = target().sighting;
  EXPECT_TRUE(sighting.served_names.empty());
  EXPECT_TRUE(sighting.metric_names.empty());
  EXPECT_EQ(sighting.scraped, std::nullopt);
  EXPECT_FALSE(sighting.without_pod_label);
}

TEST_F(SightingsTest, EachTargetHasItsOwn) {
  variants = {{.model_id = "m", .target = "a"}, {.model_id = "m", .target = "b"}};
  history.add(running, {.model = "alias", .pod = pod_of("a")}, ago(90), noon, constant(0));
  history.add("sglang:num_running_reqs", {.pod = pod_of("b")}, ago(90), noon, constant(0));
  start();
  const std::vector<TargetSignals> targets = gather().targets;
  EXPECT_THAT(targets[0].sighting.served_names, ::testing::ElementsAre("alias"));
  EXPECT_THAT(targets[0].sighting.metric_names, ::testing::ElementsAre("vllm:num_requests_running"));
  EXPECT_THAT(targets[1].sighting.served_names, ::testing::IsEmpty());
  EXPECT_THAT(targets[1].sighting.metric_names, ::testing::ElementsAre("sglang:num_running_reqs"));
}

}  // namespace
}  // namespace inferno::testing
