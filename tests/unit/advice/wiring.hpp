// A cluster whose wiring is right, for tests to get something wrong in.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapter/advice/wiring_advisor.hpp"

namespace inferno::testing {

// As the guide describes it: an object metric of the variant, AverageValue 1.
inline AutoscalerMetric object_metric(const std::string& variant) {
  AutoscalerMetric metric;
  metric.source = AutoscalerMetric::Source::object;
  metric.name = "inferno_desired_replicas";
  metric.described_kind = "VariantAutoscaling";
  metric.described_name = variant;
  metric.target_type = "AverageValue";
  metric.target_quantity = "1";
  return metric;
}

inline AutoscalerMetric external_metric(std::map<std::string, std::string> match_labels) {
  AutoscalerMetric metric = object_metric({});
  metric.source = AutoscalerMetric::Source::external;
  metric.described_kind.clear();
  metric.match_labels = std::move(match_labels);
  return metric;
}

inline Autoscaler autoscaler(const AutoscalerMetric& metric) {
  Autoscaler autoscaler;
  autoscaler.name = "hpa";
  autoscaler.min_replicas = 0;
  autoscaler.max_replicas = 10;
  autoscaler.metrics = {metric};
  return autoscaler;
}

inline Variant variant(const std::string& name, const std::vector<Autoscaler>& autoscalers = {}) {
  Variant variant;
  variant.namespace_name = "llm";
  variant.name = name;
  variant.model_id = "meta/" + name;
  variant.accelerator = "H100";
  variant.target_reference = {.api_version = "apps/v1", .kind = "Deployment", .name = name + "-decode"};
  ScaleTarget target;
  target.spec_replicas = target.ready_replicas = 1;
  for (const Autoscaler& each : autoscalers) target.autoscalers.push_back(std::make_shared<const Autoscaler>(each));
  variant.target = std::move(target);
  return variant;
}

inline ClusterState state(std::vector<Variant> variants, const std::string& default_policy = "") {
  PolicySources sources;
  if (!default_policy.empty()) sources.scale_to_zero = {{"default", default_policy}};
  return {std::move(variants), std::make_shared<const PolicyBook>(PolicyBook::parse(sources))};
}

// "Code: message" of all advice about one variant.
inline std::vector<std::string> advice_on(const ClusterState& state, const std::string& name,
                                          const SeriesFindings* findings = nullptr, WiringSettings settings = {}) {
  std::vector<std::string> lines;
  const std::size_t index = state.find("llm", name).value();
  for (const Advice& advice : WiringAdvisor(state, settings).advise(index, findings)) {
    lines.push_back(std::string(to_string(advice.code)) + ": " + advice.message);
  }
  return lines;
}

}  // namespace inferno::testing
