// What becomes of the evidence where pods come, go, and are not scraped for a while, as a real Prometheus tells it.
#include <gmock/gmock.h>

#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

using ::testing::Le;
using ::testing::Optional;

class GapsTest : public SignalsTest {
 protected:
  // An idle pod that is scraped in (from, to].
  void add_pod(
      int number, TimePoint from, TimePoint to, const FleetHistory::Value& count,
      const FleetHistory::Keep& keep = [](TimePoint) { return true; }) {
    history.add(running, {.pod = pod_of("m", number)}, from, to, constant(0), keep);
    history.add(finished, {.pod = pod_of("m", number)}, from, to, count, keep);
  }
  // Prometheus is away.
  const FleetHistory::Keep outage = except(ago(40), ago(30));

  void expect_bridged() {
    start();
    EXPECT_THAT(target().evidence.since, Optional(Le(ago(60))));
    EXPECT_EQ(target().evidence.until, ago(0.25));
    EXPECT_EQ(target().evidence.last_use, std::nullopt);
    EXPECT_EQ(target().evidence.request_count, 0);
  }
  // The step that sees the first scrape.
  void expect_since(TimePoint since) {
    start();
    EXPECT_EQ(target().evidence.since, since);
    EXPECT_EQ(target().evidence.until, ago(0.25));
    EXPECT_EQ(target().evidence.last_use, std::nullopt) << "nothing was seen to be used";
  }
};

TEST_F(GapsTest, APodThatIsReplacedRestartsTheEvidence) {
  add_pod(0, ago(150), ago(30), constant(9));
  add_pod(1, ago(30), noon, constant(0));
  expect_since(ago(29.75));
  EXPECT_EQ(target().evidence.replicas, 1);
}

TEST_F(GapsTest, APodThatIsAddedRestartsTheEvidence) {
  add_pod(0, ago(150), noon, constant(9));
  add_pod(1, ago(30), noon, constant(0));
  expect_since(ago(29.75));
  EXPECT_EQ(target().evidence.replicas, 2);
}

TEST_F(GapsTest, APodThatGoesAwayLeavesTheEvidenceOfTheOthers) {
  add_pod(0, ago(150), noon, constant(9));
  add_pod(1, ago(150), ago(30), constant(9));
  expect_bridged();
  EXPECT_EQ(target().evidence.replicas, 1);
}

TEST_F(GapsTest, OneOfTwoPodsThatIsBackAfterAGapRestartsTheEvidenceThoughTheOtherWasThereAllAlong) {
  add_pod(0, ago(150), noon, constant(9));
  add_pod(1, ago(150), noon, constant(9), except(ago(40), ago(30)));
  expect_since(ago(29.75));
}

TEST_F(GapsTest, AnOutageOfPrometheusIsBridgedWhereTheCountersAreEqual) {
  add_pod(0, ago(150), noon, constant(50), outage);
  expect_bridged();
  EXPECT_EQ(target().evidence.replicas, 1);
}

TEST_F(GapsTest, AnOutageIsBridgedForSeveralPodsAndCountersToo) {
  for (const int pod : {0, 1}) {
    history.add(running, {.pod = pod_of("m", pod)}, ago(150), noon, constant(0), outage);
    for (const char* reason : {"stop", "length"}) {
      const std::string labels = std::string("finished_reason=\"") + reason + '"';
      history.add(finished, {.pod = pod_of("m", pod), .extra = labels}, ago(150), noon, constant(pod + 3), outage);
    }
  }
  expect_bridged();
  EXPECT_EQ(target().evidence.replicas, 2);
}

TEST_F(GapsTest, CountersThatRoseInAnOutageRestartTheEvidence) {
  add_pod(0, ago(150), noon, step_at(ago(35), 50, 51), outage);
  expect_since(ago(29.75));
}

TEST_F(GapsTest, CountersThatRoseOnOneOfTwoPodsRestartTheEvidence) {
  add_pod(0, ago(150), noon, constant(50), outage);
  add_pod(1, ago(150), noon, step_at(ago(35), 50, 51), outage);
  expect_since(ago(29.75));
}

TEST_F(GapsTest, CountersThatChangedPlacesRestartTheEvidence) {
  add_pod(0, ago(150), noon, step_at(ago(35), 4, 5), outage);
  add_pod(1, ago(150), noon, step_at(ago(35), 5, 4), outage);
  expect_since(ago(29.75));
}

TEST_F(GapsTest, AnotherPodWithTheSameCountRestartsTheEvidence) {
  add_pod(0, ago(150), ago(40), constant(9));
  add_pod(1, ago(30), noon, constant(9));
  expect_since(ago(29.75));
}

TEST_F(GapsTest, APodThatDidNotComeBackRestartsTheEvidence) {
  add_pod(0, ago(150), noon, constant(9), outage);
  add_pod(1, ago(150), ago(40), constant(9));
  expect_since(ago(29.75));
}

TEST_F(GapsTest, ACounterThatCameDuringAnOutageRestartsTheEvidence) {
  add_pod(0, ago(150), noon, constant(9), outage);
  history.add(finished, {.extra = R"(finished_reason="abort")"}, ago(35), noon, constant(1), outage);
  expect_since(ago(29.75));
}

TEST_F(GapsTest, WithoutCountersNothingBridgesAnOutage) {
  history.add(running, {}, ago(150), noon, constant(0), outage);
  expect_since(ago(29.75));
}

TEST_F(GapsTest, ARequestThatRunsAfterABridgedOutageIsUse) {
  history.add(running, {}, ago(150), noon, step_at(ago(35), 0, 1), outage);
  history.add(finished, {}, ago(150), noon, constant(50), outage);
  start();
  EXPECT_EQ(target().evidence.last_use, noon);
  EXPECT_THAT(target().evidence.since, Optional(Le(ago(60))));
}

TEST_F(GapsTest, OutagesOneAfterTheOtherAreBridgedEach) {
  add_pod(0, ago(150), noon, constant(50),
          [](TimePoint time) { return except(ago(40), ago(30))(time) && except(ago(20), ago(10))(time); });
  expect_bridged();
}

TEST_F(GapsTest, AnOutageThatEndsWhileTheCollectorRunsIsJudgedAlike) {
  add_pod(0, ago(150), noon + std::chrono::minutes{2}, constant(50), except(ago(5), noon + std::chrono::seconds{30}));
  start();
  EXPECT_EQ(target().evidence.until, ago(5));
  for (const int seconds : {15, 30, 45, 60}) refresh_at(noon + std::chrono::seconds{seconds});
  EXPECT_EQ(target().evidence.until, ago(5)) << "the step that ends it has only just been bridged";
  refresh_at(noon + std::chrono::seconds{75});
  EXPECT_THAT(target().evidence.since, Optional(Le(ago(58))));
  EXPECT_EQ(target().evidence.until, noon + std::chrono::seconds{60});
  EXPECT_EQ(target().evidence.last_use, std::nullopt);
}

// The counters of the steps around the gap are equal, and the next step is still to come.
TEST_F(GapsTest, ARequestThatCameAndWentJustAfterAGapWithinTheToleranceIsUse) {
  using std::chrono::seconds;
  options.flow_interval = seconds{60};
  options.gap_tolerance = seconds{240};
  add_pod(0, ago(150), noon + seconds{60}, step_at(noon + seconds{30}, 50, 51),
          except(noon - seconds{258}, noon - seconds{3}));
  start();
  refresh_at(noon + seconds{45});
  EXPECT_THAT(target().evidence.since, Optional(Le(ago(60))));
  EXPECT_EQ(target().evidence.until, noon);
  EXPECT_EQ(newest().finished_rise, 1.0F);
  EXPECT_EQ(target().evidence.last_use, noon + seconds{45});
}

}  // namespace
}  // namespace inferno::testing
