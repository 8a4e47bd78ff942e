// The small pure parts: request history, typical values, pod owners, schedule, clock, expressions.
#include <gmock/gmock.h>

#include "adapter/signals/expressions.hpp"
#include "adapter/signals/known_pod_owners.hpp"
#include "adapter/signals/learned_table.hpp"
#include "adapter/signals/pod_owners.hpp"
#include "adapter/signals/prometheus_clock.hpp"
#include "adapter/signals/refresh_schedule.hpp"
#include "adapter/signals/request_history.hpp"
#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::signals {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Duration interval = std::chrono::seconds{15};

TimePoint at_interval(int index) {
  return TimePoint{interval * index};
}

TEST(RequestHistoryTest, CountsExactlyWhatIsRecentAndKeepsFewBuckets) {
  RequestHistory history(interval);
  for (int i = 1; i <= 24 * 240; ++i) history.append(at_interval(i), {0.0F, 2.0F});
  EXPECT_EQ(history.count(1, 8 * interval), 16);
  EXPECT_EQ(history.count(0, 8 * interval), 0);
  EXPECT_EQ(history.count(7, 8 * interval), 0) << "a row that never finished anything";
  EXPECT_NEAR(history.count(1, std::chrono::hours{1}), 480, 480 / 16);
  EXPECT_LE(history.bucket_count(), 200U);
}

TEST(RequestHistoryTest, DoesNotDependOnWhenItWasBegun) {
  const Duration period = std::chrono::hours{1};
  RequestHistory old(interval);
  RequestHistory young(interval);
  const int newest = 24 * 240 + 77;
  const TimePoint begin = RequestHistory::begin_for(at_interval(newest), period, interval);
  for (int i = 1; i <= newest; ++i) {
    const std::vector<float> counts{static_cast<float>(i % 7)};
    old.append(at_interval(i), counts);
    if (at_interval(i) > begin) young.append(at_interval(i), counts);
  }
  EXPECT_EQ(old.count(0, period), young.count(0, period));
  EXPECT_EQ(old.count(0, period / 3), young.count(0, period / 3));
}

TEST(TypicalTest, IsTheMedianAndTheMeanWhereTheMedianIsZero) {
  EXPECT_EQ(typical({}), std::nullopt);
  EXPECT_EQ(typical({3, 1, 2}), 2.0);
  EXPECT_EQ(typical({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(typical({0, 0, 0, 2}), 0.5);
  EXPECT_EQ(typical({0, 0}), std::nullopt) << "a replica that was never seen to finish anything";
}

TEST(PodOwnersTest, KnowsTheNamesThatControllersGive) {
  NamedPodOwners owners;
  owners.add("prod", "Deployment", "llama");
  owners.add("prod", "Deployment", "llama-8b");
  owners.add("prod", "StatefulSet", "qwen");
  owners.add("prod", "LeaderWorkerSet", "deep");
  EXPECT_EQ(owners.target_of("prod", "llama-7c9f8d6b5-abcde"), "llama");
  EXPECT_EQ(owners.target_of("prod", "llama-8b-7c9f8d6b5-abcde"), "llama-8b") << "the longest that fits";
  EXPECT_EQ(owners.target_of("prod", "qwen-12"), "qwen");
  EXPECT_EQ(owners.target_of("prod", "qwen-7c9f8d6b5-abcde"), std::nullopt) << "not a StatefulSet's pod";
  EXPECT_EQ(owners.target_of("prod", "deep-0"), "deep");
  EXPECT_EQ(owners.target_of("prod", "deep-0-3"), "deep");
  EXPECT_EQ(owners.target_of("prod", "llama"), std::nullopt);
  EXPECT_EQ(owners.target_of("test", "qwen-12"), std::nullopt) << "another namespace";
}

TEST(PodOwnersTest, RecognisesNamesThatKubernetesHadToCut) {
  NamedPodOwners owners;
  const std::string name(52, 'x');
  owners.add("prod", "Deployment", name);
  owners.add("prod", "Deployment", "x");
  const std::string pod = (name + "-7c9f8d6b5").substr(0, 58) + "abcde";
  EXPECT_EQ(owners.target_of("prod", pod), name);
}

std::shared_ptr<const NamespacePods> pods_of(const std::vector<std::pair<std::string, Workload>>& pods) {
  NamespacePods result;
  for (const auto& [pod, workload] : pods) result.emplace(pod, std::make_shared<const Workload>(workload));
  return std::make_shared<const NamespacePods>(std::move(result));
}

TEST(KnownPodOwnersTest, BelievesTheClusterMoreThanNames) {
  PodTable pods;
  pods.set("prod", pods_of({{"llama-7c9f8d6b5-abcde", {"apps", "Deployment", "qwen"}},
                            {"bare", {"apps", "StatefulSet", "llama"}},
                            {"llama-5d5d5d5d5-abcde", {"apps", "Deployment", "somebody-elses"}}}));
  KnownPodOwners owners(pods);
  owners.add("prod", {.api_version = "apps/v1", .kind = "Deployment", .name = "llama"});
  owners.add("prod", {.api_version = "apps/v1beta2", .kind = "Deployment", .name = "qwen"});
  EXPECT_EQ(owners.target_of("prod", "llama-7c9f8d6b5-abcde"), "qwen");
  EXPECT_EQ(owners.target_of("prod", "bare"), std::nullopt) << "a StatefulSet, where a variant names the Deployment";
  EXPECT_EQ(owners.target_of("prod", "llama-5d5d5d5d5-abcde"), std::nullopt);
}

TEST(KnownPodOwnersTest, GoesByNamesWhereTheClusterDoesNotTell) {
  PodTable pods;
  pods.set("prod", pods_of({}));
  KnownPodOwners owners(pods);
  owners.add("prod", {.api_version = "apps/v1", .kind = "Deployment", .name = "llama"});
  owners.add("test", {.api_version = "apps/v1", .kind = "StatefulSet", .name = "qwen"});
  EXPECT_EQ(owners.target_of("prod", "llama-7c9f8d6b5-abcde"), "llama") << "a pod that is gone";
  EXPECT_EQ(owners.target_of("test", "qwen-0"), "qwen") << "a namespace that is not watched";
}

TEST(KnownPodOwnersTest, GoesByNamesWhereAnotherKindMayHaveMadeTheWorkload) {
  PodTable pods;
  pods.set("prod", pods_of({{"engine-7c9f8d6b5-abcde", {"apps", "Deployment", "engine"}},
                            {"engine-0", {"example.com", "Engine", "engine"}}}));
  KnownPodOwners owners(pods);
  owners.add("prod", {.api_version = "example.com/v1", .kind = "Engine", .name = "engine"});
  EXPECT_EQ(owners.target_of("prod", "engine-7c9f8d6b5-abcde"), "engine");
  EXPECT_EQ(owners.target_of("prod", "engine-0"), "engine");
}

TEST(RefreshScheduleTest, IsDueWhenAStepHasPassedAndSettled) {
  SignalOptions options;
  options.settle_time = Duration{500};
  const RefreshSchedule schedule(options);
  const TimePoint step{std::chrono::seconds{100}};
  EXPECT_TRUE(schedule.due(step, std::nullopt));
  EXPECT_EQ(schedule.newest_step(step + Duration{499}), step - options.step);
  EXPECT_EQ(schedule.newest_step(step + Duration{500}), step);
  EXPECT_FALSE(schedule.due(step + Duration{5'499}, step));
  EXPECT_TRUE(schedule.due(step + Duration{5'500}, step));
  EXPECT_EQ(schedule.until_due(step + Duration{500}, step), Duration{5'000});
  EXPECT_TRUE(schedule.due(step - Duration{1}, step)) << "the clock was put back";
}

TEST(PrometheusClockTest, FollowsPrometheusBeyondFiveSeconds) {
  testing::FakeClock local(TimePoint{std::chrono::seconds{1000}});
  PrometheusClock clock(local);
  EXPECT_FALSE(clock.observe(local.now() + std::chrono::seconds{5}));
  EXPECT_EQ(clock.now(), local.now());
  EXPECT_TRUE(clock.observe(local.now() - std::chrono::seconds{60}));
  EXPECT_EQ(clock.now(), local.now() - std::chrono::seconds{60});
  EXPECT_FALSE(clock.observe(local.now() - std::chrono::seconds{61})) << "the same difference, give or take";
  EXPECT_TRUE(clock.observe(local.now()));
  EXPECT_EQ(clock.now(), local.now());
}

TEST(ExpressionsTest, RestrictAndPrefixEverySeries) {
  SignalOptions options;
  options.names = SeriesNames::with_engine_prefix("kserve_vllm:");
  options.extra_matchers = R"(cluster="a")";
  const Expressions expressions(options);
  const Scope scope{.namespaces = {"prod", "test"}, .without_namespace = true, .models = {}};
  EXPECT_EQ(
      expressions.running(Grouping::model, scope),
      R"(sum by (namespace, model_name) (kserve_vllm:num_requests_running{namespace=~"prod|test",cluster="a"} >= 0 < Inf))");
  EXPECT_EQ(expressions.gateway_queue(scope),
            "sum by (namespace, target_model_name, model_name) "
            R"((inference_extension_flow_control_queue_size{namespace=~"|prod|test",cluster="a"} >= 0 < Inf))");
}

TEST(ExpressionsTest, EscapeWhatARegularExpressionWouldRead) {
  EXPECT_EQ(promql_alternatives({"meta/llama-3.1", "a+b", "c\"d", "e\\f"}), R"(meta/llama-3\\.1|a\\+b|c\"d|e\\\\f)");
}

TEST(ExpressionsTest, LeaveOutWhatIsSwitchedOff) {
  SignalOptions options;
  options.names.gateway_queue.clear();
  options.names.gateway_arrivals.clear();
  options.names.gateway_arrivals_fallback.clear();
  options.names.pod_created.clear();
  options.names.pod_created_fallback.clear();
  const Expressions expressions(options);
  EXPECT_THAT(expressions.gateway_queue({}), IsEmpty());
  EXPECT_THAT(expressions.gateway_activity({}), IsEmpty());
  EXPECT_THAT(expressions.cold_start({}), IsEmpty());
  EXPECT_THAT(expressions.wake({}), Not(HasSubstr("arrivals")));
}

TEST(SignalOptionsTest, NameWhatCannotWork) {
  SignalOptions options;
  EXPECT_THAT(options.problems(), IsEmpty());
  options.flow_interval = std::chrono::seconds{7};
  EXPECT_THAT(options.problems(), ::testing::ElementsAre("the flow interval must be a multiple of the signal step"));
  options = {};
  options.names.running = "9lives";
  EXPECT_THAT(options.problems(), ::testing::ElementsAre(HasSubstr("9lives")));
}

}  // namespace
}  // namespace inferno::signals
