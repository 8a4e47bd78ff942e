// The only seam between the server (HTTP, Kubernetes API conventions) and the adapter (models, Prometheus, decisions).
//
// Calls may come from any server thread at the same time; implementations are thread safe. A call returns a value, an
// ApiError (sent as a metav1.Status), or throws for a defect (answered with a bland 500). Cancelling the awaiting
// coroutine cancels the call.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/error.hpp"
#include "server/api/selector.hpp"

namespace inferno::server {

using MetricTime = std::chrono::sys_time<std::chrono::milliseconds>;

// A metric of objects of one namespaced resource, e.g. {"variantautoscalings", "llmd.ai", "inferno_desired_replicas"}.
struct CustomMetricInfo {
  std::string resource;  // plural
  std::string group;
  std::string metric;
};

struct ObjectReference {
  std::string kind;
  std::string api_version;
  std::string namespace_name;
  std::string name;
};

struct CustomMetricValue {
  ObjectReference described_object;
  std::string metric;
  MetricTime timestamp;  // of the newest sample that went into the value
  std::optional<std::int64_t> window_seconds;
  double value = 0;
};

struct ExternalMetricValue {
  std::string metric;
  std::vector<std::pair<std::string, std::string>> labels;
  MetricTime timestamp;
  std::optional<std::int64_t> window_seconds;
  double value = 0;
};

struct CustomMetricRequest {
  std::string_view namespace_name;
  std::string_view group;
  std::string_view resource;
  std::string_view name;  // unused by select
  std::string_view metric;
};

class MetricsProvider {
 public:
  virtual ~MetricsProvider() = default;

  // What discovery lists and the server answers for. Fixed for the life of the provider: the documents made of it are
  // prepared once.
  [[nodiscard]] virtual std::vector<CustomMetricInfo> custom_metrics() const = 0;
  [[nodiscard]] virtual std::vector<std::string> external_metrics() const = 0;

  // One object by name. `metric_selector` restricts by the metric's own labels.
  virtual boost::asio::awaitable<Result<CustomMetricValue>> custom_metric(CustomMetricRequest request,
                                                                          const LabelSelector& metric_selector) = 0;

  // Every object of the namespace whose labels match; objects without a value are left out, an empty list is not an
  // error.
  virtual boost::asio::awaitable<Result<std::vector<CustomMetricValue>>> select_custom_metric(
      CustomMetricRequest request, const LabelSelector& object_selector, const LabelSelector& metric_selector) = 0;

  virtual boost::asio::awaitable<Result<std::vector<ExternalMetricValue>>> external_metric(
      std::string_view namespace_name, std::string_view metric, const LabelSelector& selector) = 0;
};

}  // namespace inferno::server
