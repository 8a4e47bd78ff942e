// What is told about a VariantAutoscaling as a Kubernetes event, for whoever runs `kubectl describe va`. Pure.
//
//   ScaledToZero, WokenUp      Normal: the desired count went to zero, or left it
//   InvalidConfiguration       Warning: which field of it, or which ConfigMap key that is about its model, and what
//   text
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapter/common/time.hpp"
#include "adapter/policy/policy_book.hpp"
#include "adapter/provider/decision_board.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno::feedback {

struct VariantEvent {
  std::string namespace_name;
  std::string name;
  std::string uid;
  bool is_warning = false;
  std::string_view reason;
  std::string_view action;  // what was being done
  std::string note;         // for a person
};

// The desired count of the variant was `previous`, more than zero, and is zero now.
[[nodiscard]] VariantEvent scaled_to_zero(const Variant& variant, const VariantAnswer& answer, std::int32_t previous,
                                          const ScaleToZeroPolicy& policy);
// It was zero, and is more now.
[[nodiscard]] VariantEvent woken_up(const Variant& variant, const VariantAnswer& answer);
[[nodiscard]] VariantEvent invalid_configuration(const Variant& variant, std::string note);

// The object for a POST to events.k8s.io/v1. The name is made of the variant's and `unique`; sent again after an answer
// that got lost, it is refused as existing. `instance` tells the replicas of the adapter apart.
[[nodiscard]] std::string event_document(const VariantEvent& event, std::string_view unique, std::string_view instance,
                                         TimePoint time);

}  // namespace inferno::feedback
