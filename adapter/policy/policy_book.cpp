#include "adapter/policy/policy_book.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace inferno {
namespace {

constexpr std::string_view built_in = "built-in default";
constexpr bool default_enabled = false;
constexpr Duration default_retention_period = std::chrono::minutes{10};

// In the order of SaturationField.
constexpr std::array<double, saturation_field_count> default_saturation{0.80, 5, 0.10, 3, 0.85, 60};

// A trigger is the room that is kept free below its threshold.
struct TriggerRule {
  SaturationField trigger;
  SaturationField threshold;
};
constexpr std::array<TriggerRule, 2> trigger_rules{{
    {.trigger = SaturationField::kv_spare_trigger, .threshold = SaturationField::kv_cache_threshold},
    {.trigger = SaturationField::queue_spare_trigger, .threshold = SaturationField::queue_length_threshold},
}};

bool equals_true_in_any_case(std::string_view text) {
  return std::ranges::equal(text, std::string_view{"true"}, [](char actual, char lower) {
    return actual == lower || actual == static_cast<char>(lower - 'a' + 'A');
  });
}

// The value of the highest level that sets the field; `get` takes an entry and returns an optional.
template <class T, class Getter>
Sourced<T> find(const PolicyLevels& levels, const ModelKey& model, const Getter& get, T fallback,
                std::string_view fallback_source) {
  for (const ConfigEntry* entry : levels.chain(model)) {
    if (entry == nullptr) continue;
    if (const std::optional<T>& value = get(*entry)) return {.value = *value, .source = entry->source};
  }
  return {.value = fallback, .source = std::string(fallback_source)};
}

Sourced<double> find_saturation(const PolicyLevels& levels, const ModelKey& model, SaturationField field) {
  const auto get = [field](const ConfigEntry& entry) -> const std::optional<double>& { return entry.at(field); };
  return find(levels, model, get, default_saturation[static_cast<std::size_t>(field)], built_in);
}

// A number as a person would write it.
std::string shown(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

using Reader = std::optional<ConfigEntry> (*)(const std::string&, const std::string&, const std::string&,
                                              std::vector<ConfigWarning>&);

PolicyLevels read_levels(const std::string& name, const ConfigMapData& data, Reader read,
                         std::vector<ConfigWarning>& warnings) {
  PolicyLevels levels;
  if (!data) return levels;
  for (const auto& [key, text] : *data) {  // in byte order of the keys
    if (auto entry = read(name, key, text, warnings)) levels.add(name, std::move(*entry), warnings);
  }
  return levels;
}

// A partial override can contradict what it inherits. The field it sets itself then falls to the next level (the
// trigger first, where it sets both), so that a resolved pair always keeps trigger < threshold. Entries are visited
// after those they inherit from, which are consistent.
void drop_contradictions(const std::string& name, PolicyLevels& levels, std::vector<ConfigWarning>& warnings) {
  levels.visit([&](ConfigEntry& entry) {
    const ModelKey model{.namespace_name = entry.namespace_name, .model_id = entry.model_id};
    for (const TriggerRule& rule : trigger_rules) {
      for (const SaturationField own : {rule.trigger, rule.threshold}) {
        const auto trigger = find_saturation(levels, model, rule.trigger);
        const auto threshold = find_saturation(levels, model, rule.threshold);
        if (trigger.value < threshold.value || !entry.at(own)) continue;
        warnings.push_back({.config_map = name,
                            .key = entry.key,
                            .message = std::string(field_name(rule.trigger)) + " " + shown(trigger.value) + " (" +
                                       trigger.source + ") is not below " + std::string(field_name(rule.threshold)) +
                                       " " + shown(threshold.value) + " (" + threshold.source +
                                       "); the next level applies to " + std::string(field_name(own)),
                            .model_id = entry.model_id,
                            .namespace_name = entry.namespace_name});
        entry.at(own).reset();
      }
    }
  });
}

}  // namespace

PolicyBook PolicyBook::parse(const PolicySources& sources) {
  PolicyBook book;
  book.scale_to_zero_ =
      read_levels(sources.scale_to_zero_name, sources.scale_to_zero, read_scale_to_zero_entry, book.warnings_);
  book.saturation_ = read_levels(sources.saturation_name, sources.saturation, read_saturation_entry, book.warnings_);
  drop_contradictions(sources.saturation_name, book.saturation_, book.warnings_);
  if (sources.wva_scale_to_zero && !sources.wva_scale_to_zero->empty()) {
    book.environment_enabled_ = equals_true_in_any_case(*sources.wva_scale_to_zero);
  }
  book.longest_retention_period_ = default_retention_period;
  book.scale_to_zero_.visit([&book](const ConfigEntry& entry) {
    book.longest_retention_period_ =
        std::max(book.longest_retention_period_, entry.retention_period.value_or(Duration::zero()));
  });
  std::ranges::sort(book.warnings_);
  return book;
}

ModelPolicy PolicyBook::resolve(const ModelKey& model) const {
  const auto enabled = [](const ConfigEntry& entry) -> const std::optional<bool>& { return entry.enabled; };
  const auto retention = [](const ConfigEntry& entry) -> const std::optional<Duration>& {
    return entry.retention_period;
  };
  const bool enabled_elsewhere = environment_enabled_.value_or(default_enabled);
  const std::string_view elsewhere = environment_enabled_ ? "environment WVA_SCALE_TO_ZERO" : built_in;
  const auto saturation = [&](SaturationField field) { return find_saturation(saturation_, model, field); };

  ModelPolicy policy;
  policy.scale_to_zero.enabled = find(scale_to_zero_, model, enabled, enabled_elsewhere, elsewhere);
  policy.scale_to_zero.retention_period = find(scale_to_zero_, model, retention, default_retention_period, built_in);
  policy.saturation = {
      .kv_cache_threshold = saturation(SaturationField::kv_cache_threshold),
      .queue_length_threshold = saturation(SaturationField::queue_length_threshold),
      .kv_spare_trigger = saturation(SaturationField::kv_spare_trigger),
      .queue_spare_trigger = saturation(SaturationField::queue_spare_trigger),
      .target_utilization = saturation(SaturationField::target_utilization),
      .drain_seconds = saturation(SaturationField::drain_seconds),
  };
  return policy;
}

}  // namespace inferno
