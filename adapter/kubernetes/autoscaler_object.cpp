#include "adapter/kubernetes/autoscaler_object.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "adapter/kubernetes/json_field.hpp"
#include "adapter/kubernetes/replica_count.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

// A quantity as written: text, or a number where somebody left the quotes off.
std::string quantity_text(const Json* value) {
  if (value == nullptr) return {};
  return value->is_string() ? value->get<std::string>() : value->dump();
}

void read_selector(const Json& metric, AutoscalerMetric& result) {
  if (const Json* labels = find_field(metric, {"metric", "selector", "matchLabels"}); labels && labels->is_object()) {
    for (const auto& [key, value] : labels->items()) {
      if (value.is_string()) result.match_labels.emplace(key, value.get<std::string>());
    }
  }
  const Json* expressions = find_field(metric, {"metric", "selector", "matchExpressions"});
  result.has_match_expressions = expressions != nullptr && expressions->is_array() && !expressions->empty();
}

void read_target(const Json& metric, AutoscalerMetric& result) {
  result.target_type = find_text(metric, {"target", "type"});
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> fields{{
      {"AverageValue", "averageValue"},
      {"Value", "value"},
      {"Utilization", "averageUtilization"},
  }};
  for (const auto& [type, field] : fields) {
    if (result.target_type == type) result.target_quantity = quantity_text(find_field(metric, {"target", field}));
  }
}

AutoscalerMetric read_metric(const Json& entry) {
  AutoscalerMetric result;
  const std::string_view type = find_text(entry, {"type"});
  const Json* metric = nullptr;
  if (type == "Object") {
    metric = find_field(entry, {"object"});
    result.source = AutoscalerMetric::Source::object;
  } else if (type == "External") {
    metric = find_field(entry, {"external"});
    result.source = AutoscalerMetric::Source::external;
  }
  if (metric == nullptr) return result;
  result.name = find_text(*metric, {"metric", "name"});
  result.described_kind = find_text(*metric, {"describedObject", "kind"});
  result.described_name = find_text(*metric, {"describedObject", "name"});
  read_selector(*metric, result);
  read_target(*metric, result);
  return result;
}

void read_conditions(const Json& object, Autoscaler& result) {
  const Json* conditions = find_field(object, {"status", "conditions"});
  if (conditions == nullptr || !conditions->is_array()) return;
  for (const Json& condition : *conditions) {
    const std::string_view type = find_text(condition, {"type"});
    const std::string_view status = find_text(condition, {"status"});
    if (type == "ScaledToZero") result.scaled_to_zero = status == "True";
    if (type == "ScalingActive") {
      result.scaling_disabled = status == "False" && find_text(condition, {"reason"}) == "ScalingDisabled";
    }
  }
}

}  // namespace

ParseResult<AutoscalerObject> parse_autoscaler(const Json& object) {
  auto name = parse_object_name(object);
  if (!name) return name.error();
  AutoscalerObject result;
  const auto target = [&object](std::string_view field) {
    return std::string(find_text(object, {"spec", "scaleTargetRef", field}));
  };
  const std::string kind = target("kind").empty() ? std::string(default_target_kind) : target("kind");
  const std::string api_version = target("apiVersion").empty() ? default_api_version(kind) : target("apiVersion");
  result.target = {.namespace_name = name->namespace_name,
                   .group = std::string(group_of(api_version)),
                   .kind = kind,
                   .name = target("name")};
  if (result.target.name.empty()) return at_fault(object, "spec.scaleTargetRef.name is missing");
  result.name = std::move(*name);

  Autoscaler& autoscaler = result.autoscaler;
  autoscaler.name = result.name.name;
  const Json* most = find_field(object, {"spec", "maxReplicas"});
  if (most == nullptr) return at_fault(object, "spec.maxReplicas is missing");
  const Json* fewest = find_field(object, {"spec", "minReplicas"});
  const auto max_replicas = replica_count(*most);
  const auto min_replicas = fewest == nullptr ? std::optional(autoscaler.min_replicas) : replica_count(*fewest);
  if (!max_replicas)
    return at_fault(object, "spec.maxReplicas " + most->dump() + " is not a whole number of 0 or more");
  if (!min_replicas)
    return at_fault(object, "spec.minReplicas " + fewest->dump() + " is not a whole number of 0 or more");
  autoscaler.max_replicas = *max_replicas;
  autoscaler.min_replicas = *min_replicas;

  if (const Json* metrics = find_field(object, {"spec", "metrics"}); metrics != nullptr && metrics->is_array()) {
    autoscaler.metrics.reserve(metrics->size());
    for (const Json& entry : *metrics) autoscaler.metrics.push_back(read_metric(entry));
  }
  autoscaler.scale_up_tolerance =
      parse_quantity(quantity_text(find_field(object, {"spec", "behavior", "scaleUp", "tolerance"})));
  read_conditions(object, autoscaler);
  return result;
}

std::optional<double> parse_quantity(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 16> suffixes{{
      {"", 1},
      {"n", 1e-9},
      {"u", 1e-6},
      {"m", 1e-3},
      {"k", 1e3},
      {"M", 1e6},
      {"G", 1e9},
      {"T", 1e12},
      {"P", 1e15},
      {"E", 1e18},
      {"Ki", 1024.0},
      {"Mi", 1048576.0},
      {"Gi", 1073741824.0},
      {"Ti", 1099511627776.0},
      {"Pi", 1125899906842624.0},
      {"Ei", 1152921504606846976.0},
  }};
  if (text.starts_with('+')) text.remove_prefix(1);
  // Letters are suffixes here; from_chars would also take "inf", "nan" and a hexadecimal's beginning.
  if (text.empty() || text.find_first_of("0123456789") > 2) return std::nullopt;
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  const auto* const suffix = std::ranges::find(suffixes, text, [](const auto& entry) { return entry.first; });
  if (suffix == suffixes.end()) return std::nullopt;
  return number * suffix->second;
}

}  // namespace inferno::kubernetes
