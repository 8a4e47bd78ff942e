#include "adapter/advice/autoscaler_advice.hpp"
#include "adapter/common/metric_names.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapter/advice/selected_variants.hpp"
#include "adapter/advice/target_identity.hpp"
#include "adapter/state/metric_labels.hpp"

namespace inferno {
namespace {

// Of a cluster whose controller manager was not told another.
constexpr double default_tolerance = 0.1;

class AutoscalerReview {
 public:
  AutoscalerReview(const ClusterState& state, const Variant& variant, const Autoscaler& autoscaler,
                   const WiringSettings& settings, std::vector<Advice>& advice)
      : state_(state), variant_(variant), autoscaler_(autoscaler), settings_(settings), advice_(advice) {}

  void run() {
    bool follows_us = false;
    for (const AutoscalerMetric& metric : autoscaler_.metrics) {
      if (!is_ours(metric)) continue;
      follows_us = true;
      review(metric);
    }
    if (!follows_us) return;
    review_tolerance();
    review_minimum();
    review_wake();
  }

 private:
  [[nodiscard]] bool is_alias(const AutoscalerMetric& metric) const {
    return std::ranges::find(settings_.metric_aliases, metric.name) != settings_.metric_aliases.end();
  }

  [[nodiscard]] bool is_ours(const AutoscalerMetric& metric) const {
    switch (metric.source) {
      case AutoscalerMetric::Source::object:
        return metric.described_kind == "VariantAutoscaling";
      case AutoscalerMetric::Source::external:
        return metric.name.starts_with(own_metric_prefix) || is_alias(metric);
      case AutoscalerMetric::Source::other:
        break;
    }
    return false;
  }

  void add(AdviceCode code, std::string_view text) {
    advice_.push_back(
        {.code = code,
         .message = fmt::format("HorizontalPodAutoscaler {}/{} {}", variant_.namespace_name, autoscaler_.name, text)});
  }

  void review(const AutoscalerMetric& metric) {
    if (metric.name != desired_replicas_metric && !is_alias(metric)) {
      add(AdviceCode::unexpected_metric,
          fmt::format("asks for the metric {}: ask for {}, the only one that says how many replicas there should be",
                      metric.name, desired_replicas_metric));
      return;
    }
    if (metric.source == AutoscalerMetric::Source::object) {
      review_described(metric.described_name);
    } else {
      review_selector(metric);
    }
    review_target(metric);
  }

  void review_described(std::string_view name) {
    if (name == variant_.name || shares_target(name)) return;
    add(AdviceCode::other_variant,
        fmt::format("scales {} {} by the metric of VariantAutoscaling {}: name {} in describedObject",
                    variant_.target_reference.kind, variant_.target_reference.name, name, variant_.name));
  }

  void review_selector(const AutoscalerMetric& metric) {
    // What an expression picks is not known here; labels beside it can only make it fewer.
    if (metric.has_match_expressions) return;
    const SelectedVariants selected = select_variants(state_, variant_.namespace_name, metric.match_labels,
                                                      is_alias(metric) ? LabelSet::alias : LabelSet::own);
    if (selected.count == 0) {
      add(AdviceCode::selector_matches_nothing,
          fmt::format("has an external metric selector that matches no VariantAutoscaling: set its matchLabels to "
                      "variantautoscaling_name: {}",
                      variant_.name));
    } else if (selected.count > 1) {
      add(AdviceCode::selector_matches_several,
          fmt::format("has an external metric selector that matches several VariantAutoscalings ({}, {}), whose values "
                      "are added up: set its matchLabels to variantautoscaling_name: {}",
                      selected.first->name, selected.second->name, variant_.name));
    } else if (selected.first != &variant_ && !shares_target(selected.first->name)) {
      add(AdviceCode::other_variant,
          fmt::format("scales {} {} by the metric of VariantAutoscaling {}: set its selector's matchLabels to "
                      "variantautoscaling_name: {}",
                      variant_.target_reference.kind, variant_.target_reference.name, selected.first->name,
                      variant_.name));
    }
  }

  void review_target(const AutoscalerMetric& metric) {
    if (metric.target_type != "AverageValue") {
      add(AdviceCode::not_average_value,
          fmt::format("has target type {} for {}: set it to type AverageValue with averageValue \"1\", since {} "
                      "multiplies the desired count by the ready pods",
                      metric.target_type, metric.name, metric.target_type));
    } else if (metric.target_quantity != "1") {
      add(AdviceCode::average_value_not_one,
          fmt::format("has averageValue \"{}\" for {}: set it to \"1\", since the desired count is divided by it",
                      metric.target_quantity, metric.name));
    }
  }

  // The HPA does nothing while desired / current is within 1 + tolerance: from 1 / tolerance replicas on, one more is.
  void review_tolerance() {
    const double tolerance = autoscaler_.scale_up_tolerance.value_or(default_tolerance);
    if (tolerance <= 0) return;
    const double first_ignored = std::max(1.0, std::ceil(1 / tolerance - 1e-9));
    if (static_cast<double>(autoscaler_.max_replicas) <= first_ignored) return;
    add(AdviceCode::tolerance_ignores_growth,
        fmt::format("ignores one more replica from {:.0f} replicas on, and its maxReplicas is {}: set "
                    "spec.behavior.scaleUp.tolerance to 0, since {} lets growth of {:g} % pass unnoticed",
                    first_ignored, autoscaler_.max_replicas,
                    autoscaler_.scale_up_tolerance ? "the present one" : "the cluster's default", tolerance * 100));
  }

  void review_minimum() {
    if (autoscaler_.min_replicas <= 0 || variant_.min_replicas.value_or(0) > 0) return;
    const auto policy = state_.policies().resolve({variant_.namespace_name, variant_.model_id});
    if (!policy.scale_to_zero.enabled.value) return;
    add(AdviceCode::min_replicas_prevents_zero,
        fmt::format("has minReplicas {}, but scale-to-zero is on for model \"{}\" ({}): set minReplicas to 0, or turn "
                    "scale-to-zero off",
                    autoscaler_.min_replicas, variant_.model_id, policy.scale_to_zero.enabled.source));
  }

  void review_wake() {
    if (settings_.wakes_directly || variant_.target->spec_replicas != 0 || !autoscaler_.scaling_disabled ||
        autoscaler_.scaled_to_zero)
      return;
    add(AdviceCode::not_woken_by_autoscaler,
        fmt::format("will not wake {} {}, which it did not put to zero itself: scale it to 1 once (kubectl scale), or "
                    "run the adapter with --wake-directly",
                    variant_.target_reference.kind, variant_.target_reference.name));
  }

  // That two of them name one target is advice of its own.
  [[nodiscard]] bool shares_target(std::string_view name) const {
    const auto other = state_.find(variant_.namespace_name, name);
    return other && target_identity(state_.variants()[*other]) == target_identity(variant_);
  }

  const ClusterState& state_;
  const Variant& variant_;
  const Autoscaler& autoscaler_;
  const WiringSettings& settings_;
  std::vector<Advice>& advice_;
};

}  // namespace

void advise_on_autoscaler(const ClusterState& state, const Variant& variant, const Autoscaler& autoscaler,
                          const WiringSettings& settings, std::vector<Advice>& advice) {
  AutoscalerReview(state, variant, autoscaler, settings, advice).run();
}

}  // namespace inferno
