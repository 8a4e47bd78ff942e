// Replicas are ready, and Prometheus has nothing of the model: what is there is held, and the cause is told.
#include "adapter/decision/missing_series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;

// Three ready replicas that report nothing.
Scenario silent(Sighting sighting = {}) {
  Scenario scenario;
  scenario.scale_to_zero_after("1m").replicas(3, 3).steady({});
  scenario.signals.targets[0].evidence = {};
  scenario.signals.targets[0].sighting = std::move(sighting);
  return scenario;
}

Sighting sighting(std::vector<std::string> served_names, std::vector<std::string> metric_names,
                  std::optional<bool> scraped = true) {
  return {.served_names = std::move(served_names),
          .metric_names = std::move(metric_names),
          .scraped = scraped,
          .without_pod_label = false};
}

MissingSeries missing(const Sighting& seen, Engine engine = Engine::vllm) {
  Scenario scenario = silent(seen);
  scenario.variants[0].target->engine = engine;
  scenario.signals.targets[0].samples.resize(1);
  scenario.signals.gateway.resize(1);
  return missing_series(scenario.variants[0], scenario.signals, scenario.signals.targets[0]).value();
}

TEST(MetricsMissing, HoldsWhatIsAndSaysWhatThePodsShow) {
  const auto decision = silent(sighting({"llama"}, {})).decide();
  EXPECT_EQ(decision.variants[0].desired, 3);
  EXPECT_EQ(decision.roles[0].reason, Reason::metrics_missing);
  EXPECT_EQ(decision.roles[0].explanation,
            "replicas of Deployment llama are ready, but its pods report model_name \"llama\", not "
            "\"meta/llama-3.1-8b\": the present count is held");
}

TEST(MetricsMissing, OfPodsThatReportedBeforeHoldsToo) {
  Scenario scenario = silent();
  scenario.signals.targets[0].evidence = {.last_use = {},
                                          .since = epoch - minutes{60},
                                          .until = epoch - minutes{5},
                                          .replicas = 3,
                                          .request_count = 0,
                                          .gap = {}};
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 3);
  EXPECT_EQ(decision.roles[0].reason, Reason::metrics_missing);
  EXPECT_EQ(decision.roles[0].explanation,
            "replicas of Deployment llama are ready, but Prometheus no longer scrapes its pods: the present count is "
            "held");
}

Scenario one_of_two_silent() {
  Scenario scenario;
  scenario.with_variants({make_variant("seen", 10, 2, 2), make_variant("unseen", 40, 3, 3)});
  scenario.signals.targets[1].evidence = {};
  return scenario;
}

TEST(MetricsMissing, HoldsWhileRequestsQueueForReplicasOfUnknownSpeed) {
  Scenario scenario = silent();
  for (GridSample& sample : scenario.load) sample.gateway_queue = 9;
  const auto decision = scenario.decide();
  EXPECT_EQ(decision.variants[0].desired, 3);
  EXPECT_EQ(decision.roles[0].explanation,
            "replicas of Deployment llama are ready, but Prometheus does not scrape its pods: the present count is "
            "held");
  scenario.signals.targets[0].throughput = .05;
  EXPECT_EQ(scenario.desired(), 3) << "9 requests / 60 s / .05 per second";
  scenario.signals.targets[0].throughput = .03;
  EXPECT_EQ(scenario.desired(), 5);
}

TEST(MetricsMissing, OfOneTargetTakesNothingFromItsRole) {
  Scenario scenario = one_of_two_silent();
  scenario.steady_of(0, {.kv = .1F, .running = 3, .waiting = 0, .replicas = 2}).steady_of(1, {});
  const auto decision = scenario.decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(2, 3));
  EXPECT_EQ(decision.roles[0].reason, Reason::metrics_missing);
  EXPECT_EQ(decision.roles[0].explanation,
            "replicas of Deployment unseen are ready, but Prometheus does not scrape its pods: nothing is taken away");
}

TEST(MetricsMissing, OfOneTargetLetsItsRoleGrowForLoadThatOthersShow) {
  Scenario scenario = one_of_two_silent();
  scenario.steady_of(0, {.kv = 4.2F, .running = 90, .waiting = 0, .replicas = 2, .finished_rise = 15})
      .steady_of(1, {});  // needs 6
  const auto decision = scenario.decide();
  EXPECT_THAT(desired_of(decision), ElementsAre(3, 3));
  EXPECT_EQ(decision.roles[0].reason, Reason::saturation);
  EXPECT_EQ(decision.roles[0].explanation,
            "load needs 6.00 replicas, 5 are there; replicas of Deployment unseen are ready, but Prometheus does not "
            "scrape its pods");
}

TEST(MetricsMissing, OfOneRoleLeavesAnotherAlone) {
  Scenario scenario;
  scenario.with_variants({make_variant("decode", 10, 3, 3), make_variant("prefill", 10, 3, 3, "prefill")});
  scenario.steady_of(0, {}).steady_of(1, {.kv = 0, .running = 0, .waiting = 0, .replicas = 3});
  EXPECT_THAT(desired_of(scenario.decide()), ElementsAre(3, 1));
}

TEST(MetricsMissing, IsNotSaidWhereTheQueryFailed) {
  Scenario scenario = silent();
  scenario.signals.failed.set(static_cast<std::size_t>(Signal::pods));
  EXPECT_EQ(scenario.decide().roles[0].reason, Reason::stale);
}

TEST(MissingSeries, AnotherServedNameIsTheModelID) {
  EXPECT_EQ(missing(sighting({"llama"}, {"vllm:num_requests_running"})),
            (MissingSeries{.cause = "its pods report model_name \"llama\" (vllm:num_requests_running), not "
                                    "\"meta/llama-3.1-8b\"",
                           .remedy = "make spec.modelID \"llama\""}));
  EXPECT_EQ(missing(sighting({"a", "b"}, {})).remedy, "make spec.modelID the name that the model is served by");
}

TEST(MissingSeries, OfAnotherEngineNamesIt) {
  EXPECT_EQ(missing(sighting({}, {"sglang:num_queue_reqs", "sglang:num_running_reqs"})),
            (MissingSeries{.cause = "its pods report sglang:num_running_reqs, which is not looked for: they are taken "
                                    "for vllm",
                           .remedy = "label the pod template llm-d.ai/engine-type: sglang"}));
  EXPECT_EQ(missing(sighting({}, {"kserve_vllm:kv_cache_usage_perc", "kserve_vllm:num_requests_running"})).remedy,
            "label the pod template llm-d.ai/engine-type: kserve-vllm, or run the adapter with "
            "--metric-prefix=kserve_vllm:");
  EXPECT_EQ(missing(sighting({}, {"my_num_requests_running"})).remedy, "run the adapter with --metric-prefix=my_");
}

TEST(MissingSeries, OfItsOwnEngineIsLeftOutByLabelMatchers) {
  EXPECT_EQ(missing(sighting({}, {"vllm:num_requests_running"})),
            (MissingSeries{.cause = "its pods report vllm:num_requests_running, but not with the labels that are asked "
                                    "for",
                           .remedy = "run the adapter with other --engine-label-matchers"}));
}

TEST(MissingSeries, OfAnEngineThatDoesNotProveIdlenessSaysSo) {
  EXPECT_EQ(missing(sighting({}, {}, true), Engine::tei),
            (MissingSeries{.cause = "tei does not tell how many requests it runs",
                           .remedy = "scale it by something else; it is kept at its present count"}));
}

TEST(MissingSeries, NamesTheSeriesThatProvesWhereOnlyOthersAreKept) {
  EXPECT_EQ(missing(sighting({"llama"}, {"vllm:num_requests_waiting"})),
            (MissingSeries{.cause = "its pods report vllm:num_requests_waiting of model_name \"llama\", but not how "
                                    "many requests they run (num_requests_running)",
                           .remedy = "keep that series in the metric relabeling, or name the engine's own by "
                                     "--series-running"}));
}

TEST(MissingSeries, WithoutPodLabelNothingIsToldOfAnyPod) {
  Sighting seen;
  seen.without_pod_label = true;
  EXPECT_EQ(missing(seen),
            (MissingSeries{.cause = "the series of the model have no label \"pod\", so nothing tells which pods they "
                                    "come from",
                           .remedy = "add the label by relabeling"}));
}

TEST(MissingSeries, OfAScrapeToldApartByUp) {
  EXPECT_EQ(missing(sighting({}, {}, true)).cause, "its pods are scraped, but report no series of a model server");
  EXPECT_THAT(missing(sighting({}, {}, true)).remedy, ::testing::HasSubstr("--disable-log-stats"));
  EXPECT_EQ(missing(sighting({}, {}, false)).cause, "scrapes of its pods fail (up is 0)");
  EXPECT_EQ(missing({}).cause, "Prometheus does not scrape its pods");
}

TEST(Quoted, ShowsTheFirstFew) {
  EXPECT_EQ(quoted({"a", "b"}), "\"a\", \"b\"");
  EXPECT_EQ(quoted({"a", "b", "c", "d", "e", "f", "g"}), "\"a\", \"b\", \"c\", \"d\", \"e\" and 2 more");
}

}  // namespace
}  // namespace inferno::testing
