// One key of a policy ConfigMap: its YAML, read and checked field by field.
//
// A value out of range loses that field only (the next level applies); YAML that doesn't parse or a wrong type loses
// the whole key, as Go's typed decoding would. Each loss is a warning that names the ConfigMap, the key, the field and
// the text. So is a name that can't be meant as it is written. Pure.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/time.hpp"

namespace inferno {

// Something wrong in a ConfigMap that was skipped.
struct ConfigWarning {
  std::string config_map;  // as PolicyConfigMap::display
  std::string key;
  std::string message;  // names the field where one is at fault, and the text
  // The models that the key is about, as far as it says; no model_id: any, or unknown because the key can't be read.
  std::string model_id;
  std::string namespace_name;  // empty: any

  auto operator<=>(const ConfigWarning&) const = default;
};

enum class SaturationField : std::size_t {
  kv_cache_threshold,
  queue_length_threshold,
  kv_spare_trigger,
  queue_spare_trigger,
  target_utilization,
  drain_seconds,
  count_,
};

inline constexpr std::size_t saturation_field_count = static_cast<std::size_t>(SaturationField::count_);

// As the ConfigMap spells it: "kvCacheThreshold".
[[nodiscard]] std::string_view field_name(SaturationField field);

enum class PolicyKind : std::uint8_t { scale_to_zero = 1, saturation };

// A ConfigMap that holds policy.
struct PolicyConfigMap {
  PolicyKind kind = PolicyKind::scale_to_zero;
  std::string name;
  // Where it is, and whose models it speaks of; empty: the adapter's own namespace, and those of every namespace.
  std::string namespace_name;

  // "model-scale-to-zero-config", "production/wva-model-scale-to-zero-config".
  [[nodiscard]] std::string display() const { return namespace_name.empty() ? name : namespace_name + "/" + name; }
  bool operator==(const PolicyConfigMap&) const = default;
};

// The fields that are present and valid. An entry of a saturation ConfigMap can set all of them, others the first two.
struct ConfigEntry {
  std::string config_map;  // as PolicyConfigMap::display
  std::string key;
  std::string source;          // "ConfigMap model-scale-to-zero-config, key llama-8b"
  std::string model_id;        // empty: any
  std::string namespace_name;  // empty: any; that of the ConfigMap where it speaks of one
  std::optional<bool> enabled;
  std::optional<Duration> retention_period;
  std::array<std::optional<double>, saturation_field_count> saturation;

  [[nodiscard]] std::optional<double>& at(SaturationField field) { return saturation[static_cast<std::size_t>(field)]; }
  [[nodiscard]] const std::optional<double>& at(SaturationField field) const {
    return saturation[static_cast<std::size_t>(field)];
  }
};

// The key that holds the defaults of all models.
inline constexpr std::string_view default_key = "default";

// Nothing where the whole key is skipped; the warnings say why. A key "{model}#{namespace}" stands for the fields
// model_id and namespace where the text leaves them out.
[[nodiscard]] std::optional<ConfigEntry> read_config_entry(const PolicyConfigMap& config_map, const std::string& key,
                                                           const std::string& text,
                                                           std::vector<ConfigWarning>& warnings);

}  // namespace inferno
