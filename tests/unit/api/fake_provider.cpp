#include "tests/unit/api/fake_provider.hpp"

#include "server/api/api_errors.hpp"

namespace inferno::server {
namespace {

namespace asio = boost::asio;

// 2026-03-01T12:00:59.999Z: what is sent has whole seconds, rounded down.
constexpr MetricTime sample_time{std::chrono::milliseconds(1772366459999)};

std::string describe(std::string_view call, const CustomMetricRequest& request) {
  std::string text(call);
  for (const std::string_view part :
       {request.namespace_name, request.group, request.resource, request.name, request.metric}) {
    text.append(1, ' ').append(part);
  }
  return text;
}

}  // namespace

std::vector<CustomMetricInfo> FakeProvider::custom_metrics() const {
  return {{"variantautoscalings", "llmd.ai", "inferno_desired_replicas"},
          {"variantautoscalings", "llmd.ai", "inferno_current_replicas"}};
}

std::vector<std::string> FakeProvider::external_metrics() const {
  return {"inferno_desired_replicas"};
}

void FakeProvider::add_object(const std::string& name, double value, const Labels& labels) {
  objects_[name] = {{.described_object = {"VariantAutoscaling", "llmd.ai/v1alpha1", "team-a", name},
                     .metric = "inferno_desired_replicas",
                     .timestamp = sample_time,
                     .window_seconds = 60,
                     .value = value},
                    labels};
}

asio::awaitable<Result<CustomMetricValue>> FakeProvider::custom_metric(CustomMetricRequest request,
                                                                       const LabelSelector& /*metric_selector*/) {
  last_call_ = describe("custom", request);
  if (failure_) co_return *failure_;
  const auto found = objects_.find(std::string(request.name));
  if (found == objects_.end() || request.namespace_name != "team-a") {
    co_return metric_not_found_for(request.resource, request.group, request.metric, request.name);
  }
  co_return found->second.value;
}

asio::awaitable<Result<std::vector<CustomMetricValue>>> FakeProvider::select_custom_metric(
    CustomMetricRequest request, const LabelSelector& object_selector, const LabelSelector& /*metric_selector*/) {
  last_call_ = describe("select", request);
  if (failure_) co_return *failure_;
  std::vector<CustomMetricValue> values;
  for (const auto& [name, object] : objects_) {
    if (request.namespace_name == "team-a" && object_selector.matches(object.labels)) values.push_back(object.value);
  }
  co_return values;
}

asio::awaitable<Result<std::vector<ExternalMetricValue>>> FakeProvider::external_metric(std::string_view namespace_name,
                                                                                        std::string_view metric,
                                                                                        const LabelSelector& selector) {
  last_call_ = "external " + std::string(namespace_name) + ' ' + std::string(metric);
  if (failure_) co_return *failure_;
  std::vector<ExternalMetricValue> values;
  for (const auto& [name, object] : objects_) {
    if (!selector.matches({{"variantautoscaling_name", name}})) continue;
    values.push_back({.metric = std::string(metric),
                      .labels = {{"variantautoscaling_name", name}, {"variant_name", name}},
                      .timestamp = sample_time,
                      .window_seconds = std::nullopt,
                      .value = object.value.value});
  }
  co_return values;
}

}  // namespace inferno::server
