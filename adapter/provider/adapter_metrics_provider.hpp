// The metrics of VariantAutoscalings for the API server: reads the decision board, waits for Prometheus only where it
// must.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapter/advice/wiring_settings.hpp"
#include "adapter/provider/decision_service.hpp"
#include "server/api/metrics_provider.hpp"

namespace inferno {

struct ProviderOptions {
  Duration max_stale{std::chrono::minutes{5}};  // older signals than this give 503: the HPA then holds
  Duration window{std::chrono::seconds{15}};    // reported as windowSeconds: what the flows are measured over
  std::vector<std::string> metric_aliases;      // further names of inferno_desired_replicas; none of them ours
  WiringSettings wiring;
};

class AdapterMetricsProvider final : public server::MetricsProvider {
 public:
  AdapterMetricsProvider(DecisionService& decisions, ProviderOptions options)
      : decisions_(decisions), options_(std::move(options)) {}

  [[nodiscard]] std::vector<server::CustomMetricInfo> custom_metrics() const override;
  [[nodiscard]] std::vector<std::string> external_metrics() const override;

  boost::asio::awaitable<server::Result<server::CustomMetricValue>> custom_metric(
      server::CustomMetricRequest request, const server::LabelSelector& metric_selector) override;
  boost::asio::awaitable<server::Result<std::vector<server::CustomMetricValue>>> select_custom_metric(
      server::CustomMetricRequest request, const server::LabelSelector& object_selector,
      const server::LabelSelector& metric_selector) override;
  boost::asio::awaitable<server::Result<std::vector<server::ExternalMetricValue>>> external_metric(
      std::string_view namespace_name, std::string_view metric, const server::LabelSelector& selector) override;

  // Configuration errors for /metrics and, `with_decisions`, the inferno_* series: of several replicas only one should
  // have them, so that a query without aggregation finds one series per variant. Where the API would answer 503 there
  // are none.
  void append_metrics(std::string& out, bool with_decisions) const;

  // Indented JSON that explains the decision about one VariantAutoscaling.
  boost::asio::awaitable<server::Result<std::string>> report(std::string_view namespace_name, std::string_view name);

 private:
  // Why nothing can be answered from the board; nothing when it can.
  [[nodiscard]] std::optional<server::ApiError> fault_of(const DecisionBoard* board) const;
  boost::asio::awaitable<server::Result<std::shared_ptr<const DecisionBoard>>> board();

  DecisionService& decisions_;
  ProviderOptions options_;
};

}  // namespace inferno
