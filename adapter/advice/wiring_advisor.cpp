#include "adapter/advice/wiring_advisor.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapter/advice/autoscaler_advice.hpp"
#include "adapter/advice/target_identity.hpp"
#include "adapter/decision/missing_series.hpp"

namespace inferno {
namespace {

std::string named_target(const Variant& variant) {
  return fmt::format("{} {}/{}", variant.target_reference.kind, variant.namespace_name, variant.target_reference.name);
}

}  // namespace

WiringAdvisor::WiringAdvisor(const ClusterState& state, WiringSettings settings)
    : state_(state), settings_(std::move(settings)) {
  by_target_.reserve(state.variants().size());
  for (std::size_t index = 0; index < state.variants().size(); ++index) {
    if (!state.variants()[index].invalid) by_target_.push_back(index);
  }
  std::ranges::sort(by_target_, {},
                    [&state](std::size_t index) { return std::pair{target_identity(state.variants()[index]), index}; });
}

std::span<const std::size_t> WiringAdvisor::sharers(std::size_t variant) const {
  const auto found =
      std::ranges::equal_range(by_target_, target_identity(state_.variants()[variant]), {},
                               [this](std::size_t index) { return target_identity(state_.variants()[index]); });
  return {found.begin(), found.end()};
}

std::vector<Advice> WiringAdvisor::advise(std::size_t variant, const SeriesFindings* findings) const {
  std::vector<Advice> advice;
  const Variant& subject = state_.variants()[variant];
  if (subject.invalid) return advice;

  if (const auto sharing = sharers(variant); sharing.size() > 1) {
    std::vector<std::string_view> names;
    for (const std::size_t index : sharing) names.emplace_back(state_.variants()[index].name);
    advice.push_back({.code = AdviceCode::target_shared,
                      .message = fmt::format("VariantAutoscalings {} name the same scale target {}: keep one of them, "
                                             "since each is decided as if the replicas were its own",
                                             fmt::join(names, ", "), named_target(subject))});
  }
  if (subject.target) {
    const auto& autoscalers = subject.target->autoscalers;
    if (autoscalers.size() > 1) {
      std::vector<std::string_view> names;
      names.reserve(autoscalers.size());
      for (const auto& autoscaler : autoscalers) names.emplace_back(autoscaler->name);
      advice.push_back({.code = AdviceCode::several_autoscalers,
                        .message = fmt::format("HorizontalPodAutoscalers {} scale the same {}: keep one of them, since "
                                               "each undoes what the other does",
                                               fmt::join(names, ", "), named_target(subject))});
    }
    for (const auto& autoscaler : autoscalers) advise_on_autoscaler(state_, subject, *autoscaler, settings_, advice);
  }
  for (const auto& [field, message] : subject.ignored) {
    advice.push_back({.code = AdviceCode::field_ignored,
                      .message = fmt::format("VariantAutoscaling {}/{}: {} {}", subject.namespace_name, subject.name,
                                             field, message)});
  }
  if (const auto bound = subject.upper_bound(); bound && subject.min_replicas.value_or(0) > bound->replicas) {
    advice.push_back({.code = AdviceCode::min_above_max,
                      .message = fmt::format("VariantAutoscaling {}/{} has minReplicas {}, which is more than "
                                             "maxReplicas {} of {}: the maximum counts; change one of them",
                                             subject.namespace_name, subject.name, *subject.min_replicas,
                                             bound->replicas, bound->of)});
  }
  if (findings == nullptr) return advice;
  if (!findings->missing.empty()) {
    advice.push_back({.code = AdviceCode::no_series,
                      .message = fmt::format("replicas of {} are ready, but {}: {}", named_target(subject),
                                             findings->missing, findings->remedy)});
  }
  if (!findings->pods_of_others.empty()) {
    advice.push_back({.code = AdviceCode::pods_of_others,
                      .message = fmt::format(
                          "pods of {} report the model name \"{}\" in namespace {}, but belong to no scale target "
                          "of it: they count neither as load nor as proof; give them a VariantAutoscaling, or "
                          "another served name",
                          quoted(findings->pods_of_others), subject.model_id, subject.namespace_name)});
  }
  return advice;
}

}  // namespace inferno
