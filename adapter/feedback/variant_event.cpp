#include "adapter/feedback/variant_event.hpp"

#include <spdlog/fmt/fmt.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapter/common/go_duration.hpp"
#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::feedback {
namespace {

// Limits of the API: k8s.io/kubernetes/pkg/apis/core/validation/events.go, and of every object's name.
constexpr std::size_t longest_note = 1024;
constexpr std::size_t longest_instance = 128;
constexpr std::size_t longest_name = 253;

// At most so many bytes, never a part of a UTF-8 sequence.
std::string_view shortened(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

// A DNS subdomain: "<variant>.<unique>".
std::string object_name(std::string_view variant, std::string_view unique) {
  std::string_view prefix = variant.substr(0, longest_name - 1 - unique.size());
  while (prefix.ends_with('.') || prefix.ends_with('-')) prefix.remove_suffix(1);
  return fmt::format("{}.{}", prefix, unique);
}

VariantEvent about(const Variant& variant, std::string_view reason, std::string_view action, std::string note) {
  return {.namespace_name = variant.namespace_name,
          .name = variant.name,
          .uid = variant.uid,
          .is_warning = false,
          .reason = reason,
          .action = action,
          .note = std::move(note)};
}

std::string_view why_woken(Reason reason) {
  switch (reason) {
    case Reason::wake_up:
      return "requests wait for it";
    case Reason::minimum_replicas:
      return "its policy keeps a replica";
    default:
      return "its load needs this variant";
  }
}

}  // namespace

VariantEvent scaled_to_zero(const Variant& variant, const VariantAnswer& answer, std::int32_t previous,
                            const ScaleToZeroPolicy& policy) {
  const std::string why =
      answer.reason == Reason::idle
          ? fmt::format("nobody has used it for the retention period of {} ({:.0f} requests within it)",
                        format_go_duration(policy.retention_period.value), answer.request_count)
          : "its load fits the other variants";
  return about(variant, "ScaledToZero", "Scale",
               fmt::format("desired replicas of model \"{}\" went from {} to 0: {}", variant.model_id, previous, why));
}

VariantEvent woken_up(const Variant& variant, const VariantAnswer& answer) {
  return about(variant, "WokenUp", "Scale",
               fmt::format("desired replicas of model \"{}\" went from 0 to {}: {}", variant.model_id, answer.desired,
                           why_woken(answer.reason)));
}

VariantEvent invalid_configuration(const Variant& variant, std::string note) {
  VariantEvent event = about(variant, "InvalidConfiguration", "Configure", std::move(note));
  event.is_warning = true;
  return event;
}

std::string event_document(const VariantEvent& event, std::string_view unique, std::string_view instance,
                           TimePoint time) {
  nlohmann::json regarding{{"apiVersion", "llmd.ai/v1alpha1"},
                           {"kind", "VariantAutoscaling"},
                           {"namespace", event.namespace_name},
                           {"name", event.name}};
  if (!event.uid.empty()) regarding["uid"] = event.uid;
  const nlohmann::json document{
      {"apiVersion", "events.k8s.io/v1"},
      {"kind", "Event"},
      {"metadata", {{"namespace", event.namespace_name}, {"name", object_name(event.name, unique)}}},
      {"eventTime", kubernetes::format_micro_time_field(time)},
      {"reportingController", "inferno-adapter"},
      {"reportingInstance", shortened(instance, longest_instance)},
      {"type", event.is_warning ? "Warning" : "Normal"},
      {"reason", event.reason},
      {"action", event.action},
      {"note", shortened(event.note, longest_note)},
      {"regarding", std::move(regarding)}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace inferno::feedback
