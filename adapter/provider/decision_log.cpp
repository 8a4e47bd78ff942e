#include "adapter/provider/decision_log.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <string>
#include <utility>

namespace inferno {
namespace {

const VariantAnswer* find_answer(const DecisionBoard* board, const Variant& variant) {
  if (board == nullptr) return nullptr;
  const auto index = board->state().find(variant.namespace_name, variant.name);
  if (!index || !board->answers()[*index].decided) return nullptr;
  return &board->answers()[*index];
}

std::pair<const char*, spdlog::level::level_enum> describe(const VariantAnswer* before, const VariantAnswer& after) {
  if (before != nullptr && before->desired == after.desired)
    return {"decision keeps its count for another reason", spdlog::level::debug};
  if (after.desired == 0) return {"decision: scale-to-zero", spdlog::level::info};
  if (before != nullptr && before->desired == 0) return {"decision: wake from zero", spdlog::level::info};
  return {"decision changed", spdlog::level::info};
}

}  // namespace

void log_changes(const DecisionBoard* before, const DecisionBoard& after) {
  for (std::size_t i = 0; i < after.answers().size(); ++i) {
    const VariantAnswer& answer = after.answers()[i];
    if (!answer.decided) continue;
    const Variant& variant = after.state().variants()[i];
    const VariantAnswer* previous = find_answer(before, variant);
    if (previous != nullptr && previous->desired == answer.desired && previous->reason == answer.reason) continue;

    const auto [message, level] = describe(previous, answer);
    const auto policy = after.state().policies().resolve({variant.namespace_name, variant.model_id});
    spdlog::log(
        level,
        "{} namespace={} variant={} model={} desired={} previous={} current={} reason={} model_request_count={:.0f} "
        "retention_period={}s scale_to_zero_enabled={}",
        message, variant.namespace_name, variant.name, variant.model_id, answer.desired,
        previous == nullptr ? std::string("none") : std::to_string(previous->desired), answer.current,
        to_string(answer.reason), answer.request_count,
        std::chrono::duration<double>(policy.scale_to_zero.retention_period.value).count(),
        policy.scale_to_zero.enabled.value);
  }
}

}  // namespace inferno
