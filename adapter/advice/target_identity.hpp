// Identity of scale targets. Pure.
#pragma once

#include <string_view>
#include <tuple>

#include "adapter/kubernetes/api_object.hpp"
#include "adapter/state/cluster_state.hpp"

namespace inferno {

// Equal for variants that name the same scale target: the version is not part of it. Lives as long as the variant.
[[nodiscard]] inline auto target_identity(const Variant& variant) {
  return std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>{
      variant.namespace_name, kubernetes::group_of(variant.target_reference.api_version), variant.target_reference.kind,
      variant.target_reference.name};
}

}  // namespace inferno
