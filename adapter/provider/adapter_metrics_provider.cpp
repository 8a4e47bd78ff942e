#include "adapter/provider/adapter_metrics_provider.hpp"
#include "adapter/common/metric_names.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "adapter/advice/wiring_advisor.hpp"
#include "adapter/provider/decision_exposition.hpp"
#include "adapter/provider/decision_report.hpp"
#include "adapter/state/metric_labels.hpp"

namespace inferno {
namespace asio = boost::asio;
using server::ApiError;
using server::ErrorReason;
using server::Result;

namespace {

constexpr std::string_view group = "llmd.ai";
constexpr std::string_view resource = "variantautoscalings";

struct Metric {
  std::string_view name;
  double (*value)(const VariantAnswer&);
};

constexpr std::array metrics{
    Metric{desired_replicas_metric, [](const VariantAnswer& answer) { return static_cast<double>(answer.desired); }},
    Metric{current_replicas_metric, [](const VariantAnswer& answer) { return static_cast<double>(answer.current); }},
    Metric{desired_ratio_metric, desired_ratio},
};

// What is served under the name that was asked for.
struct ServedMetric {
  const Metric& metric;
  LabelSet labels;
};

std::optional<ServedMetric> find_metric(std::string_view name, const std::vector<std::string>& aliases) {
  for (const Metric& metric : metrics) {
    if (metric.name == name) return ServedMetric{metric, LabelSet::own};
  }
  if (std::ranges::find(aliases, name) != aliases.end()) return ServedMetric{metrics.front(), LabelSet::alias};
  return std::nullopt;
}

ApiError unknown_metric(std::string_view metric, const std::vector<std::string>& known) {
  return {
      .reason = ErrorReason::not_found,
      .message = fmt::format("the server could not find the metric {}; it serves {}", metric, fmt::join(known, ", ")),
      .group = std::string(group),
      .kind = std::string(resource),
      .name = {},
      .causes = {},
      .retry_after_seconds = {}};
}

ApiError about_variant(ErrorReason reason, std::string_view name, std::string message) {
  return {.reason = reason,
          .message = std::move(message),
          .group = std::string(group),
          .kind = std::string(resource),
          .name = std::string(name),
          .causes = {},
          .retry_after_seconds = {}};
}

// Why a variant has no answer; nothing when it has one.
std::optional<ApiError> fault_of(const Variant& variant) {
  if (variant.invalid) {
    ApiError error = about_variant(ErrorReason::invalid, variant.name,
                                   fmt::format("VariantAutoscaling.llmd.ai \"{}\" is invalid: {}: {}", variant.name,
                                               variant.invalid->field, variant.invalid->message));
    error.causes.emplace_back(variant.invalid->field, variant.invalid->message);
    return error;
  }
  if (!variant.target) {
    return about_variant(
        ErrorReason::not_found, variant.name,
        fmt::format(
            "the scale target {} \"{}\" of variantautoscalings.llmd.ai \"{}\" does not exist in namespace \"{}\"",
            variant.target_reference.kind, variant.target_reference.name, variant.name, variant.namespace_name));
  }
  return std::nullopt;
}

server::Labels metric_labels(const Variant& variant, LabelSet set) {
  server::Labels labels;
  for (const std::string_view name : metric_label_names(set))
    labels.emplace(name, metric_label(variant, name, set).value());
  return labels;
}

Result<std::size_t> find_variant(const DecisionBoard& board, std::string_view namespace_name, std::string_view name) {
  const auto index = board.state().find(namespace_name, name);
  if (!index) {
    return about_variant(
        ErrorReason::not_found, name,
        fmt::format("variantautoscalings.llmd.ai \"{}\" not found in namespace \"{}\"", name, namespace_name));
  }
  if (auto fault = fault_of(board.state().variants()[*index])) return *std::move(fault);
  return *index;
}

ApiError unavailable(std::string message) {
  return {.reason = ErrorReason::service_unavailable,
          .message = std::move(message),
          .group = {},
          .kind = {},
          .name = {},
          .causes = {},
          .retry_after_seconds = 5};
}

ApiError no_cluster_state() {
  return unavailable("the cluster state has not been read yet");
}

}  // namespace

std::vector<server::CustomMetricInfo> AdapterMetricsProvider::custom_metrics() const {
  std::vector<server::CustomMetricInfo> list;
  for (std::string& name : external_metrics())
    list.push_back({std::string(resource), std::string(group), std::move(name)});
  return list;
}

std::vector<std::string> AdapterMetricsProvider::external_metrics() const {
  std::vector<std::string> list;
  list.reserve(metrics.size() + options_.metric_aliases.size());
  for (const Metric& metric : metrics) list.emplace_back(metric.name);
  list.insert(list.end(), options_.metric_aliases.begin(), options_.metric_aliases.end());
  return list;
}

std::optional<ApiError> AdapterMetricsProvider::fault_of(const DecisionBoard* board) const {
  if (board == nullptr) return no_cluster_state();
  const auto as_of = board->signals_as_of();
  const TimePoint now = decisions_.now();
  if (as_of && now - *as_of <= options_.max_stale) return std::nullopt;

  std::string message =
      as_of ? fmt::format("the newest signals are {:.0f} s old", std::chrono::duration<double>(now - *as_of).count())
            : std::string("Prometheus has not answered yet");
  if (const auto cause = decisions_.signal_failure()) message.append(": ").append(*cause);
  return unavailable(std::move(message));
}

asio::awaitable<Result<std::shared_ptr<const DecisionBoard>>> AdapterMetricsProvider::board() {
  auto board = co_await decisions_.fresh_board();
  if (auto fault = fault_of(board.get())) co_return *std::move(fault);
  co_return board;
}

void AdapterMetricsProvider::append_metrics(std::string& out, bool with_decisions) const {
  decisions_.keep_asking();  // a scrape counts as asking
  const auto board = decisions_.board();
  if (board == nullptr) return;
  append_config_errors(out, board->state().policies());
  if (with_decisions && !fault_of(board.get())) append_exposition(out, *board, options_.metric_aliases);
}

asio::awaitable<Result<server::CustomMetricValue>> AdapterMetricsProvider::custom_metric(
    server::CustomMetricRequest request, const server::LabelSelector& metric_selector) {
  const auto served = find_metric(request.metric, options_.metric_aliases);
  if (!served || request.group != group || request.resource != resource)
    co_return unknown_metric(request.metric, external_metrics());
  const auto current = co_await board();
  if (!current) co_return current.error();
  const DecisionBoard& board = **current;
  const auto index = find_variant(board, request.namespace_name, request.name);
  if (!index) co_return index.error();
  const Variant& variant = board.state().variants()[*index];
  if (!metric_selector.empty() && !metric_selector.matches(metric_labels(variant, served->labels))) {
    co_return about_variant(
        ErrorReason::not_found, request.name,
        fmt::format("the metric {} of variantautoscalings.llmd.ai \"{}\" does not match the metricLabelSelector",
                    request.metric, request.name));
  }
  const VariantAnswer& answer = board.answers()[*index];
  co_return server::CustomMetricValue{
      .described_object = {.kind = "VariantAutoscaling",
                           .api_version = "llmd.ai/v1alpha1",
                           .namespace_name = variant.namespace_name,
                           .name = variant.name},
      .metric = std::string(request.metric),
      .timestamp = answer.newest_sample,
      .window_seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.window).count(),
      .value = served->metric.value(answer)};
}

asio::awaitable<Result<std::vector<server::CustomMetricValue>>> AdapterMetricsProvider::select_custom_metric(
    server::CustomMetricRequest request, const server::LabelSelector& object_selector,
    const server::LabelSelector& metric_selector) {
  const auto served = find_metric(request.metric, options_.metric_aliases);
  if (!served || request.group != group || request.resource != resource)
    co_return unknown_metric(request.metric, external_metrics());
  const auto current = co_await board();
  if (!current) co_return current.error();
  const DecisionBoard& board = **current;
  std::vector<server::CustomMetricValue> values;
  const auto [first, last] = board.state().namespace_range(request.namespace_name);
  for (std::size_t i = first; i < last; ++i) {
    const Variant& variant = board.state().variants()[i];
    if (!board.answers()[i].decided || !object_selector.matches(variant.labels)) continue;
    if (!metric_selector.empty() && !metric_selector.matches(metric_labels(variant, served->labels))) continue;
    values.push_back({.described_object = {.kind = "VariantAutoscaling",
                                           .api_version = "llmd.ai/v1alpha1",
                                           .namespace_name = variant.namespace_name,
                                           .name = variant.name},
                      .metric = std::string(request.metric),
                      .timestamp = board.answers()[i].newest_sample,
                      .window_seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.window).count(),
                      .value = served->metric.value(board.answers()[i])});
  }
  co_return values;
}

asio::awaitable<Result<std::vector<server::ExternalMetricValue>>> AdapterMetricsProvider::external_metric(
    std::string_view namespace_name, std::string_view metric_name, const server::LabelSelector& selector) {
  const auto served = find_metric(metric_name, options_.metric_aliases);
  if (!served) co_return unknown_metric(metric_name, external_metrics());
  const auto current = co_await board();
  if (!current) co_return current.error();
  const DecisionBoard& board = **current;
  std::vector<server::ExternalMetricValue> values;
  const auto [first, last] = board.state().namespace_range(namespace_name);
  for (std::size_t i = first; i < last; ++i) {
    if (!board.answers()[i].decided) continue;
    const server::Labels labels = metric_labels(board.state().variants()[i], served->labels);
    if (!selector.matches(labels)) continue;
    values.push_back({.metric = std::string(metric_name),
                      .labels = {labels.begin(), labels.end()},
                      .timestamp = board.answers()[i].newest_sample,
                      .window_seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.window).count(),
                      .value = served->metric.value(board.answers()[i])});
  }
  co_return values;
}

asio::awaitable<Result<std::string>> AdapterMetricsProvider::report(std::string_view namespace_name,
                                                                    std::string_view name) {
  // However old the signals: whoever asks why there is no answer must get one.
  const auto board = co_await decisions_.fresh_board();
  if (board == nullptr) co_return no_cluster_state();
  const auto index = find_variant(*board, namespace_name, name);
  if (!index) co_return index.error();
  const Model& model = board->state().models()[*board->state().model_of(*index)];
  const TimePoint now = decisions_.now();
  ModelDecision decision = board->explain(model, now, decisions_.settings());
  if (decision.signals.failure.empty()) {
    decision.signals.failure = decisions_.signal_failure().value_or("");
    if (decision.signals.empty() && !decision.signals.failure.empty()) {
      for (RoleDecision& role : decision.roles) role.explanation += " (" + decision.signals.failure + ")";
    }
  }
  const Variant& variant = board->state().variants()[*index];
  const auto advice = WiringAdvisor(board->state(), options_.wiring).advise(*index, board->findings(*index));
  co_return render_report(variant, decision, now, board->state().policies().warnings(), advice);
}

}  // namespace inferno
