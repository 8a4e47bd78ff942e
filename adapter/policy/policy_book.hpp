// The policy ConfigMaps, resolved: which scale-to-zero and saturation policy applies to a model, and which key of which
// ConfigMap set each field.
//
// Pure: no I/O, no clock, no environment (the WVA_SCALE_TO_ZERO value is an argument). Immutable after parse; safe to
// share. Rules: docs/user-guide/configuration.md. Each field resolves on its own: ConfigMaps of the model's own
// namespace > those of the adapter's; in each (model_id and namespace) > (model_id) > "default"; of each the ConfigMaps
// in the order of PolicySources. Then the environment (enable flag only) > built-in default.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/common/model_key.hpp"
#include "adapter/common/time.hpp"
#include "adapter/policy/config_entry.hpp"
#include "adapter/policy/policy_levels.hpp"

namespace inferno {

// A value and where it came from: "ConfigMap model-scale-to-zero-config, key llama-8b" | "environment
// WVA_SCALE_TO_ZERO" | "built-in default".
template <class T>
struct Sourced {
  T value{};
  std::string source;
};

struct ScaleToZeroPolicy {
  Sourced<bool> enabled;
  Sourced<Duration> retention_period;
};

struct SaturationPolicy {
  Sourced<double> kv_cache_threshold;      // kvCacheThreshold, (0, 1]
  Sourced<double> queue_length_threshold;  // queueLengthThreshold, requests per pod
  Sourced<double> kv_spare_trigger;        // kvSpareTrigger
  Sourced<double> queue_spare_trigger;     // queueSpareTrigger
  Sourced<double> target_utilization;      // targetUtilization, (0, 1]
  Sourced<double> drain_seconds;           // drainSeconds, seconds
};

struct ModelPolicy {
  ScaleToZeroPolicy scale_to_zero;
  SaturationPolicy saturation;
};

// ConfigMap.data; nothing where the ConfigMap does not exist.
using ConfigMapData = std::optional<std::map<std::string, std::string>>;

// What newer releases of the workload variant autoscaler call the two.
inline constexpr std::string_view upstream_scale_to_zero_name = "wva-model-scale-to-zero-config";
inline constexpr std::string_view upstream_saturation_name = "wva-saturation-scaling-config";

struct PolicySources {
  // Of the adapter's own namespace.
  std::string scale_to_zero_name = "model-scale-to-zero-config";
  ConfigMapData scale_to_zero;
  std::string saturation_name = "saturation-scaling-config";
  ConfigMapData saturation;
  // Those that count after the two, in this order.
  std::vector<std::pair<PolicyConfigMap, std::map<std::string, std::string>>> further;
  std::optional<std::string> wva_scale_to_zero;  // the environment variable's value

  bool operator==(const PolicySources&) const = default;
};

class PolicyBook {
 public:
  // Never fails: what is wrong is skipped and listed in warnings().
  static PolicyBook parse(const PolicySources& sources);

  [[nodiscard]] ModelPolicy resolve(const ModelKey& model) const;
  [[nodiscard]] const std::vector<ConfigWarning>& warnings() const { return warnings_; }
  // Over all entries and the built-in default: how far back activity must be known.
  [[nodiscard]] Duration longest_retention_period() const { return longest_retention_period_; }

 private:
  PolicyLevels levels_;
  std::optional<bool> environment_enabled_;
  std::vector<ConfigWarning> warnings_;
  Duration longest_retention_period_{};
};

}  // namespace inferno
