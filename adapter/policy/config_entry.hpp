// One key of a policy ConfigMap: its YAML, read and checked field by field.
//
// A value out of range loses that field only (the next level applies); YAML that doesn't parse or a wrong type loses
// the whole key, as Go's typed decoding would. Each loss is a warning that names the ConfigMap, the key, the field and
// the text. Pure.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/time.hpp"

namespace inferno {

// Something wrong in a ConfigMap that was skipped.
struct ConfigWarning {
  std::string config_map;
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

// The fields that are present and valid. Which ConfigMap it came from decides which of them can be set.
struct ConfigEntry {
  std::string key;
  std::string source;  // "ConfigMap model-scale-to-zero-config, key llama-8b"
  std::string model_id;
  std::string namespace_name;  // empty: any
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

// Nothing where the whole key is skipped; the warnings say why.
[[nodiscard]] std::optional<ConfigEntry> read_scale_to_zero_entry(const std::string& config_map, const std::string& key,
                                                                  const std::string& text,
                                                                  std::vector<ConfigWarning>& warnings);
[[nodiscard]] std::optional<ConfigEntry> read_saturation_entry(const std::string& config_map, const std::string& key,
                                                               const std::string& text,
                                                               std::vector<ConfigWarning>& warnings);

}  // namespace inferno
