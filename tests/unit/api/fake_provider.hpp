// A MetricsProvider with fixed answers that remembers what it was asked.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/metrics_provider.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

class FakeProvider : public MetricsProvider {
 public:
  [[nodiscard]] std::vector<CustomMetricInfo> custom_metrics() const override;
  [[nodiscard]] std::vector<std::string> external_metrics() const override;

  boost::asio::awaitable<Result<CustomMetricValue>> custom_metric(CustomMetricRequest request,
                                                                  const LabelSelector& metric_selector) override;
  boost::asio::awaitable<Result<std::vector<CustomMetricValue>>> select_custom_metric(
      CustomMetricRequest request, const LabelSelector& object_selector, const LabelSelector& metric_selector) override;
  boost::asio::awaitable<Result<std::vector<ExternalMetricValue>>> external_metric(
      std::string_view namespace_name, std::string_view metric, const LabelSelector& selector) override;

  // The objects of namespace "team-a", with the labels that selection looks at.
  void add_object(const std::string& name, double value, const Labels& labels = {});
  void fail_with(const ApiError& error) { failure_ = error; }

  // The last call, e.g. "custom team-a llmd.ai variantautoscalings chat inferno_desired_replicas"; empty where there
  // was none.
  [[nodiscard]] const std::string& last_call() const { return last_call_; }

 private:
  struct Object {
    CustomMetricValue value;
    Labels labels;
  };
  std::map<std::string, Object> objects_;
  std::optional<ApiError> failure_;
  std::string last_call_;
};

}  // namespace inferno::server
