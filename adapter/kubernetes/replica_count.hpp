// A number of replicas as Kubernetes writes it: a whole number of 0 or more, within int32. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

namespace inferno::kubernetes {

// Nothing where the value is anything else.
[[nodiscard]] inline std::optional<std::int32_t> replica_count(const nlohmann::json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  constexpr auto most = std::numeric_limits<std::int32_t>::max();
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(most)) return std::nullopt;
  const auto count = value.get<std::int64_t>();
  if (count < 0 || count > most) return std::nullopt;
  return static_cast<std::int32_t>(count);
}

}  // namespace inferno::kubernetes
