#include "adapter/provider/decision_report.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace inferno {
namespace {

using Json = nlohmann::ordered_json;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Json number(float value) {
  return std::isnan(value) ? Json(nullptr) : Json(std::round(static_cast<double>(value) * 1e6) / 1e6);
}

Json number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json time(const std::optional<TimePoint>& value) {
  return value ? Json(format_time(*value)) : Json(nullptr);
}

template <class T>
Json sourced(const Sourced<T>& field) {
  return {{"value", field.value}, {"from", field.source}};
}

Json policy(const ModelPolicy& policy) {
  const auto& zero = policy.scale_to_zero;
  const auto& saturation = policy.saturation;
  return {{"scaleToZero",
           {{"enable_scale_to_zero", sourced(zero.enabled)},
            {"retention_period",
             {{"value", fmt::format("{}s", seconds(zero.retention_period.value))},
              {"from", zero.retention_period.source}}}}},
          {"saturation",
           {{"kvCacheThreshold", sourced(saturation.kv_cache_threshold)},
            {"queueLengthThreshold", sourced(saturation.queue_length_threshold)},
            {"kvSpareTrigger", sourced(saturation.kv_spare_trigger)},
            {"queueSpareTrigger", sourced(saturation.queue_spare_trigger)},
            {"targetUtilization", sourced(saturation.target_utilization)},
            {"drainSeconds", sourced(saturation.drain_seconds)}}}};
}

Json sample(const GridSample& own, const GridSample& gateway) {
  return {{"kvUsageSum", number(own.kv)},
          {"running", number(own.running)},
          {"waiting", number(own.waiting)},
          {"waitingForBlocks", number(own.deferred)},
          {"replicasReporting", number(own.replicas)},
          {"finishedInFlowInterval", number(own.finished_rise)},
          {"gatewayQueue", number(gateway.gateway_queue)},
          {"gatewayArrivals", is_positive(gateway.gateway_arrivals)}};
}

Json signals(const ModelDecision& decision, std::size_t target, TimePoint now) {
  const ModelSignals& signals = decision.signals;
  Json failed = Json::array();
  constexpr const char* names[] = {"kvUsage",  "running",      "waiting",         "pods",
                                   "finished", "gatewayQueue", "gatewayArrivals", "activity"};
  static_assert(std::size(names) == static_cast<std::size_t>(Signal::count_));
  for (std::size_t i = 0; i < signals.failed.size(); ++i) {
    if (signals.failed.test(i)) failed.push_back(names[i]);
  }
  Json result{{"newestSample", time(decision.newest_sample)},
              {"ageSeconds", signals.empty() ? Json(nullptr) : Json(seconds(now - signals.as_of))},
              {"stepSeconds", seconds(signals.step)},
              {"flowIntervalSeconds", seconds(signals.flow_interval)},
              {"newest", signals.empty() ? Json(nullptr)
                                         : sample(signals.targets[target].samples.back(), signals.gateway.back())},
              {"coldStartSeconds", signals.cold_start ? Json(seconds(*signals.cold_start)) : Json(nullptr)},
              {"wake",
               {{"gatewayQueue", signals.wake_queue},
                {"arrivals", signals.wake_arrivals},
                {"refused", signals.wake_refused},
                {"asOf", time(signals.wake_as_of)}}},
              {"podsOfOthers", signals.pods_of_others},
              {"failedQueries", failed}};
  if (!signals.failure.empty()) result["failure"] = signals.failure;
  return result;
}

Json activity(const ModelDecision& decision, std::size_t target) {
  const IdleEvidence& evidence = decision.signals.targets[target].evidence;
  return {{"modelRequestCount", decision.request_count},
          {"lastActivity", time(decision.last_activity)},
          {"retentionClockStart", time(decision.idle_clock_start)},
          {"retentionClockStartedBy", decision.idle_clock_cause},
          {"scrapeEvidenceSince", time(evidence.since)},
          {"scrapeEvidenceUntil", time(evidence.until)}};
}

Json variants(const ModelDecision& decision) {
  Json list = Json::array();
  for (std::size_t i = 0; i < decision.variants.size(); ++i) {
    const VariantDecision& variant = decision.variants[i];
    const TargetSignals& learned = decision.signals.targets.at(i);
    list.push_back({{"name", variant.name},
                    {"role", decision.role_of(variant).role},
                    {"current", variant.current},
                    {"ready", variant.ready},
                    {"desired", variant.desired},
                    {"minReplicas", variant.min_replicas},
                    {"maxReplicas", variant.max_replicas ? Json(*variant.max_replicas) : Json(nullptr)},
                    {"maxReplicasOf", variant.max_replicas ? Json(variant.max_replicas_of) : Json(nullptr)},
                    {"heldUp", variant.held_up},
                    {"limited", variant.limited},
                    {"costPerReplica", variant.cost},
                    {"capacity", variant.capacity},
                    {"learned",
                     {{"throughputPerSecond", number(learned.throughput)},
                      {"throughputObservations", learned.throughput_observations},
                      {"batch", number(learned.batch)},
                      {"batchObservations", learned.batch_observations},
                      {"kvTokens", number(learned.kv_tokens)}}}});
  }
  return list;
}

Json sizing(const RoleDecision& role) {
  Json terms = Json::array();
  for (const SizingTerm& term : role.terms) {
    terms.push_back({{"term", term.name}, {"replicas", term.replicas}, {"because", term.explanation}});
  }
  return {{"neededNow", role.needed_now},
          {"neededPeakInScaleDownWindow", role.needed_peak},
          {"missingCapacity", role.missing_capacity},
          {"terms", terms}};
}

}  // namespace

std::string format_time(TimePoint time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:}{:06.3f}Z", std::chrono::time_point_cast<std::chrono::seconds>(time),
                     static_cast<double>(time.time_since_epoch().count() % 60'000) / 1000);
}

std::string render_report(const Variant& variant, const ModelDecision& decision, TimePoint now,
                          const std::vector<ConfigWarning>& config_warnings, const std::vector<Advice>& advice) {
  Json report{{"namespace", variant.namespace_name}, {"name", variant.name}, {"model", variant.model_id}};
  const auto found = std::ranges::find(decision.variants, variant.name, &VariantDecision::name);
  const auto target = static_cast<std::size_t>(found - decision.variants.begin());
  const RoleDecision& role = decision.role_of(*found);
  report["role"] = role.role;
  report["desired"] = found->desired;
  report["current"] = found->current;
  report["ready"] = found->ready;
  report["reason"] = std::string(to_string(role.reason));
  report["explanation"] = role.explanation;
  report["decidedAt"] = format_time(now);
  report["activity"] = activity(decision, target);
  report["sizing"] = sizing(role);
  report["policy"] = policy(decision.policy);
  report["variants"] = variants(decision);
  report["signals"] = signals(decision, target, now);
  Json warnings = Json::array();
  for (const ConfigWarning& warning : config_warnings) {
    warnings.push_back({{"configMap", warning.config_map}, {"key", warning.key}, {"message", warning.message}});
  }
  report["configWarnings"] = warnings;
  Json hints = Json::array();
  for (const Advice& item : advice) {
    hints.push_back({{"code", std::string(to_string(item.code))}, {"message", item.message}});
  }
  report["advice"] = hints;
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace inferno
