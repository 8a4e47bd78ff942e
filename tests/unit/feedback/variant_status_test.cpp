// The status of a VariantAutoscaling as `kubectl get va` and `kubectl describe va` show it.
#include "adapter/feedback/variant_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/feedback/reported.hpp"

namespace inferno::feedback {
namespace {

using inferno::testing::reported_from;
using nlohmann::json;

constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};

Variant llama() {
  Variant variant;
  variant.namespace_name = "llm";
  variant.name = "llama";
  variant.uid = "1-2-3";
  variant.generation = 4;
  variant.model_id = "meta/llama";
  variant.accelerator = "H100";
  variant.target_reference = {.api_version = "apps/v1", .kind = "Deployment", .name = "llama-decode"};
  ScaleTarget target;
  target.spec_replicas = target.ready_replicas = 2;
  variant.target = target;
  return variant;
}

VariantAnswer answer(std::int32_t desired, Reason reason) {
  VariantAnswer answer;
  answer.desired = desired;
  answer.current = 2;
  answer.reason = reason;
  answer.decided = true;
  return answer;
}

// "Status Reason: message" of one condition.
std::string shown(const VariantStatus& status, std::string_view type) {
  for (const Condition& condition : status.conditions) {
    if (condition.type != type) continue;
    return std::string(condition.holds ? "True " : "False ") + std::string(condition.reason) + ": " + condition.message;
  }
  return "none";
}

// As it would be in the cluster after it was written at `time`.
std::shared_ptr<const ReportedStatus> written(const Variant& variant, const VariantStatus& status, TimePoint time) {
  return reported_from(json::parse(apply_document(variant, status, time)));
}

TEST(VariantStatusDocument, IsWhatServerSideApplyTakes) {
  EXPECT_EQ(json::parse(apply_document(
                llama(), status_of(llama(), answer(3, Reason::saturation), MetricsState::found, nullptr, {}), now)),
            json::parse(R"({
    "apiVersion": "llmd.ai/v1alpha1", "kind": "VariantAutoscaling",
    "metadata": {"namespace": "llm", "name": "llama", "uid": "1-2-3"},
    "status": {
      "desiredOptimizedAlloc": {"numReplicas": 3, "accelerator": "H100", "lastRunTime": "2023-11-14T22:13:20Z"},
      "actuation": {"applied": false},
      "conditions": [
        {"type": "TargetResolved", "status": "True", "reason": "TargetFound", "observedGeneration": 4,
         "lastTransitionTime": "2023-11-14T22:13:20Z", "message": "Deployment llama-decode exists"},
        {"type": "MetricsAvailable", "status": "True", "reason": "MetricsFound", "observedGeneration": 4,
         "lastTransitionTime": "2023-11-14T22:13:20Z", "message": "Prometheus tells about model \"meta/llama\""},
        {"type": "OptimizationReady", "status": "True", "reason": "OptimizationSucceeded", "observedGeneration": 4,
         "lastTransitionTime": "2023-11-14T22:13:20Z",
         "message": "desired replicas: 3; that fits the load and the policy"},
        {"type": "WiringCorrect", "status": "True", "reason": "NoAdvice", "observedGeneration": 4,
         "lastTransitionTime": "2023-11-14T22:13:20Z",
         "message": "nothing keeps the desired replicas from taking effect"}]}})"));
}

TEST(VariantStatus, IsAppliedWhereTheTargetsSpecHasTheCount) {
  EXPECT_TRUE(status_of(llama(), answer(2, Reason::steady), MetricsState::found, nullptr, {}).allocation->applied);
}

TEST(VariantStatus, AnAcceleratorNeedsTwoCharacters) {
  Variant variant = llama();
  variant.accelerator = "T";
  EXPECT_EQ(status_of(variant, answer(2, Reason::steady), MetricsState::found, nullptr, {}).allocation->accelerator,
            "unknown");
}

TEST(VariantStatus, WithoutATargetThereIsNoDecision) {
  Variant variant = llama();
  variant.target.reset();
  VariantAnswer none = answer(0, Reason::idle);
  none.decided = false;
  const VariantStatus status = status_of(variant, none, MetricsState::found, nullptr, {});
  EXPECT_FALSE(status.allocation);
  EXPECT_EQ(shown(status, "TargetResolved"),
            "False TargetNotFound: Deployment llama-decode (apps/v1) does not exist in namespace llm");
  EXPECT_EQ(shown(status, "OptimizationReady"), "False OptimizationFailed: there is no scale target to decide about");
  EXPECT_FALSE(json::parse(apply_document(variant, status, now))["status"].contains("desiredOptimizedAlloc"));
}

TEST(VariantStatus, AnInvalidObjectNamesTheField) {
  Variant variant = llama();
  variant.invalid = {.field = "spec.modelID", .message = "is empty"};
  VariantAnswer none;
  const VariantStatus status = status_of(variant, none, MetricsState::found, nullptr, {});
  EXPECT_EQ(shown(status, "OptimizationReady"), "False InvalidConfiguration: spec.modelID: is empty");
  EXPECT_EQ(shown(status, "MetricsAvailable"),
            "False MetricsMissing: metrics are not looked at while the configuration is invalid");
}

TEST(VariantStatus, ACountThatIsHeldSaysSo) {
  const struct {
    MetricsState metrics;
    Reason reason;
    const char* available;
  } cases[] = {
      {MetricsState::missing, Reason::metrics_missing,
       "False MetricsMissing: Prometheus does not tell enough about model \"meta/llama\""},
      {MetricsState::stale, Reason::stale, "False MetricsStale: signals are old, or some of them could not be read"},
      {MetricsState::prometheus_error, Reason::stale,
       "False PrometheusError: Prometheus does not answer; the adapter's log and /debug/decisions say why"},
  };
  for (const auto& [metrics, reason, available] : cases) {
    const VariantStatus status = status_of(llama(), answer(2, reason), metrics, nullptr, {});
    EXPECT_EQ(shown(status, "MetricsAvailable"), available);
    EXPECT_EQ(shown(status, "OptimizationReady"),
              "False MetricsUnavailable: desired replicas stay at 2 until metrics are available again");
  }
}

TEST(VariantStatus, WithoutSeriesItSaysWhatThePodsShow) {
  const SeriesFindings findings{
      .missing = "scrapes of its pods fail (up is 0)", .remedy = "look", .pods_of_others = {"old"}};
  EXPECT_EQ(shown(status_of(llama(), answer(2, Reason::metrics_missing), MetricsState::missing, &findings, {}),
                  "MetricsAvailable"),
            "False MetricsMissing: replicas are ready, but scrapes of its pods fail (up is 0)");
  const SeriesFindings others{.missing = {}, .remedy = {}, .pods_of_others = {"old"}};
  EXPECT_EQ(shown(status_of(llama(), answer(2, Reason::metrics_missing), MetricsState::missing, &others, {}),
                  "MetricsAvailable"),
            "False MetricsMissing: Prometheus does not tell enough about model \"meta/llama\"");
}

TEST(VariantStatus, SaysWhyItIsZeroOrWoken) {
  EXPECT_EQ(shown(status_of(llama(), answer(0, Reason::idle), MetricsState::found, nullptr, {}), "OptimizationReady"),
            "True OptimizationSucceeded: desired replicas: 0; nobody has used the model for its retention period");
  EXPECT_EQ(
      shown(status_of(llama(), answer(1, Reason::wake_up), MetricsState::found, nullptr, {}), "OptimizationReady"),
      "True OptimizationSucceeded: desired replicas: 1; requests wait for the model");
}

TEST(VariantStatus, AdviceIsOneConditionWithTheFirstCodeAndEveryMessage) {
  const std::vector<Advice> advice{{.code = AdviceCode::target_shared, .message = "keep one"},
                                   {.code = AdviceCode::no_series, .message = "look at modelID"}};
  EXPECT_EQ(shown(status_of(llama(), answer(2, Reason::steady), MetricsState::found, nullptr, advice), "WiringCorrect"),
            "False TargetShared: keep one. look at modelID");
}

TEST(ReportedStatusComparison, WhatWasWrittenIsReported) {
  Variant variant = llama();
  const VariantStatus status = status_of(variant, answer(3, Reason::saturation), MetricsState::found, nullptr, {});
  EXPECT_FALSE(is_reported(variant, status)) << "nothing is yet";
  variant.reported = written(variant, status, now);
  EXPECT_TRUE(is_reported(variant, status));
}

TEST(ReportedStatusComparison, EveryPartCounts) {
  Variant variant = llama();
  const VariantStatus before = status_of(variant, answer(3, Reason::saturation), MetricsState::found, nullptr, {});
  variant.reported = written(variant, before, now);

  EXPECT_FALSE(
      is_reported(variant, status_of(variant, answer(4, Reason::saturation), MetricsState::found, nullptr, {})));
  VariantAnswer followed = answer(3, Reason::steady);
  followed.current = 3;
  EXPECT_FALSE(is_reported(variant, status_of(variant, followed, MetricsState::found, nullptr, {}))) << "applied";
  const std::vector<Advice> advice{{.code = AdviceCode::no_series, .message = "look at modelID"}};
  EXPECT_FALSE(
      is_reported(variant, status_of(variant, answer(3, Reason::saturation), MetricsState::found, nullptr, advice)));
  VariantAnswer none = answer(3, Reason::saturation);
  none.decided = false;
  EXPECT_FALSE(is_reported(variant, status_of(variant, none, MetricsState::found, nullptr, {}))) << "a count is to go";
  variant.generation = 5;
  EXPECT_FALSE(is_reported(variant, before)) << "of another generation";
}

TEST(ReportedStatusComparison, WhatOthersWroteBesideItDoesNotMatter) {
  Variant variant = llama();
  const VariantStatus status = status_of(variant, answer(3, Reason::saturation), MetricsState::found, nullptr, {});
  ReportedStatus reported = *written(variant, status, now);
  ReportedCondition theirs;
  theirs.type = "Theirs";
  reported.conditions.insert(reported.conditions.begin(), theirs);
  variant.reported = std::make_shared<const ReportedStatus>(std::move(reported));
  EXPECT_TRUE(is_reported(variant, status));
}

TEST(VariantStatusTimes, MoveOnlyWithWhatTheyAreAbout) {
  Variant variant = llama();
  variant.reported =
      written(variant, status_of(variant, answer(3, Reason::saturation), MetricsState::found, nullptr, {}), now);
  const TimePoint later = now + std::chrono::hours{1};
  const auto times = [&variant, later](const VariantStatus& status) {
    const json document = json::parse(apply_document(variant, status, later))["status"];
    std::vector<std::string> result{document["desiredOptimizedAlloc"]["lastRunTime"]};
    for (const json& condition : document["conditions"]) result.push_back(condition["lastTransitionTime"]);
    return result;
  };
  const char* before = "2023-11-14T22:13:20Z";
  const char* after = "2023-11-14T23:13:20Z";
  EXPECT_EQ(times(status_of(variant, answer(4, Reason::saturation), MetricsState::found, nullptr, {})),
            (std::vector<std::string>{after, before, before, before, before}))
      << "another count, with a new message, but no condition flips";
  EXPECT_EQ(times(status_of(variant, answer(3, Reason::stale), MetricsState::stale, nullptr, {})),
            (std::vector<std::string>{before, before, after, after, before}));
}

}  // namespace
}  // namespace inferno::feedback
